/**
 * The life of one's own question, told as five steps and one sentence.
 *
 * Pure.
 */
import type { QuestionView } from "./types";
import { ordinal } from "./words";

export const STEPS = ["Asked", "Approved", "Next", "On air", "Answered"] as const;

export interface Story {
  /** Index into STEPS of the step that was reached; null where the question left the line. */
  readonly step: number | null;
  readonly sentence: string;
  readonly kind: "going" | "on_air" | "done" | "aside";
}

/** `place` is 1 for the question that comes next; `at` tells a moment as words, for instance "14:32". */
export function story(question: QuestionView, place: number | null, at: (moment: string) => string): Story {
  switch (question.status) {
    case "waiting":
      return { step: 0, sentence: "Waiting for a moderator", kind: "going" };
    case "approved":
      return { step: 1, sentence: place === null ? "Approved" : `Approved, ${ordinal(place)} in line`, kind: "going" };
    case "next":
      return { step: 2, sentence: "Yours is next", kind: "going" };
    case "on_air":
      return { step: 3, sentence: "On air now: the room is looking at it", kind: "on_air" };
    case "answered":
      return {
        step: 4,
        sentence: question.answered_at === null ? "Answered" : `Answered at ${at(question.answered_at)}`,
        kind: "done",
      };
    case "not_taken":
      return {
        step: null,
        sentence: question.reason ? `Not taken: ${question.reason}` : "Not taken this time",
        kind: "aside",
      };
    case "withdrawn":
      return { step: null, sentence: "You took it back", kind: "aside" };
    case "merged":
      return { step: null, sentence: "Joined with a question like it", kind: "aside" };
  }
}
