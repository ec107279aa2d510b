/**
 * The life of one's own question, told as five steps and one sentence.
 *
 * Pure.
 */
import { byId, place } from "./questions";
import type { QuestionStatus, QuestionView, StateView } from "./types";
import { ordinal } from "./words";

export const STEPS = ["Asked", "Approved", "Next", "On air", "Answered"] as const;

export interface Story {
  /** Index into STEPS of the step that was reached; null where the question left the line. */
  readonly step: number | null;
  readonly sentence: string;
  /** What its asker is told aloud when it changes: the sentence without what changes all the time. */
  readonly news: string;
  readonly kind: "going" | "on_air" | "done" | "aside";
}

/** The question that another was joined with. */
export interface Joined {
  readonly number: number;
  /** Null where this person may not see it. */
  readonly question: QuestionView | null;
  readonly place: number | null;
}

/** What stands for `question` since they were joined, null where it stands for itself. */
export function joined(state: StateView, question: QuestionView): Joined | null {
  if (question.status !== "merged" || question.into === null) return null;
  const other = byId(state, question.into);
  // Also one that may not be seen has a number, which its id ends with.
  const number = other?.number ?? Number(/\d+$/.exec(question.into)?.[0] ?? 0);
  return { number, question: other, place: other === null ? null : place(state, other.id) };
}

/** `place` is 1 for the question that comes next; `at` tells a moment as words, for instance "14:32". */
export function story(
  question: QuestionView,
  place: number | null,
  at: (moment: string) => string,
  other: Joined | null = null,
): Story {
  switch (question.status) {
    case "waiting":
      return told(0, "Waiting for a moderator", "going");
    case "approved":
      return told(1, "Approved", "going", place === null ? "" : `, ${ordinal(place)} in line`);
    case "next":
      return told(2, "Yours is next", "going");
    case "on_air":
      return told(3, "On air now: the room is looking at it", "on_air");
    case "answered":
      return told(4, answeredWords(question, at), "done");
    case "not_taken":
      return told(null, question.reason ? `Not taken: ${question.reason}` : "Not taken this time", "aside");
    case "withdrawn":
      return told(null, "You took it back", "aside");
    case "merged":
      return together(other, at);
  }
}

function told(step: number | null, news: string, kind: Story["kind"], more = ""): Story {
  return { step, sentence: news + more, news, kind };
}

/** "Answered at 14:32"; "Answered in writing" where the room never spoke of it. */
export function answeredWords(question: QuestionView, at: (moment: string) => string): string {
  if (question.answer !== null && question.on_air_at === null) return "Answered in writing";
  return question.answered_at === null ? "Answered" : `Answered at ${at(question.answered_at)}`;
}

function together(other: Joined | null, at: (moment: string) => string): Story {
  if (other === null) return told(null, "Joined with a question like it", "aside");
  const start = `Joined with #${other.number}`;
  if (other.question === null) return told(null, `${start}, which asks the same`, "aside");
  const { status } = other.question;
  const its = story(other.question, other.place, at);
  const fate = (words: string) => `${start}: ${ELSEWHERE[status] ?? words.charAt(0).toLowerCase() + words.slice(1)}`;
  return { ...its, sentence: fate(its.sentence), news: fate(its.news) };
}

/** How another's question stands, where one's own would be told otherwise. */
const ELSEWHERE: Partial<Record<QuestionStatus, string>> = { next: "it is next", on_air: "on air now", withdrawn: "taken back" };
