/**
 * What moderators ask of the questions: which stand in which list, which fit a search, what may be done with each, and
 * in which words their marks are told.
 *
 * Pure: the time is handed in as milliseconds since 1970.
 */
import { withStatus } from "./questions";
import type { Hold, Origin, QuestionStatus, QuestionView, StateView } from "./types";
import { count } from "./words";

export type Tab = "waiting" | "approved" | "answered" | "aside";

export const TABS: readonly { key: Tab; label: string; statuses: readonly QuestionStatus[] }[] = [
  { key: "waiting", label: "Waiting", statuses: ["waiting"] },
  { key: "approved", label: "Approved", statuses: ["on_air", "next", "approved"] },
  { key: "answered", label: "Answered", statuses: ["answered"] },
  { key: "aside", label: "Not taken", statuses: ["not_taken", "merged", "withdrawn"] },
];

export function tabOf(status: QuestionStatus): Tab {
  return TABS.find((tab) => tab.statuses.includes(status))?.key ?? "aside";
}

// Searching ------------------------------------------------------------------------------------------------------------

export interface Query {
  readonly text: string;
  readonly starred: boolean;
}

/** Whether `question` has every word: in its text, its asker's name or words; "#14" is a number, "#gan" begins a tag. */
export function matches(question: QuestionView, query: Query): boolean {
  const desk = question.desk;
  if (query.starred && desk?.starred !== true) return false;
  const words = plain(query.text).split(/\s+/).filter(Boolean);
  const told = plain([question.text, question.name ?? "", desk?.own_text ?? "", ...(desk?.tags ?? [])].join("\n"));
  return words.every((word) => {
    if (!word.startsWith("#")) return told.includes(word) || word === String(question.number);
    const mark = word.slice(1);
    return mark === String(question.number) || (desk?.tags.some((tag) => plain(tag).startsWith(mark)) ?? false);
  });
}

const plain = (text: string): string => text.normalize("NFC").toLocaleLowerCase();

/** The questions of each tab that fit `query`, in the room's order; what was set aside stands newest first. */
export function lists(state: StateView, query: Query): Record<Tab, QuestionView[]> {
  const fitting = (statuses: readonly QuestionStatus[]) =>
    withStatus(state, ...statuses).filter((question) => matches(question, query));
  const [waiting = [], approved = [], answered = [], aside = []] = TABS.map((tab) => fitting(tab.statuses));
  return { waiting, approved, answered, aside: aside.toReversed() };
}

/** The questions that could stand for `question`, those that ask nearly the same first; all of them where nothing is sought. */
export function targets(state: StateView, question: QuestionView, text: string): QuestionView[] {
  const standing = withStatus(state, "on_air", "next", "approved", "waiting", "answered");
  const others = standing.filter((one) => one.id !== question.id && one.into !== question.id);
  const like = question.desk?.similar ?? [];
  const near = (one: QuestionView) => (like.includes(one.id) ? like.indexOf(one.id) : like.length);
  return others.filter((one) => matches(one, { text, starred: false })).sort((one, other) => near(one) - near(other));
}

/** Those that ask nearly the same as `question`, as far as one can stand for the other. */
export function similar(state: StateView, question: QuestionView): QuestionView[] {
  const like = question.desk?.similar ?? [];
  return targets(state, question, "").filter((one) => like.includes(one.id));
}

/** The tags in what somebody typed: apart by commas or spaces, without "#", each once. */
export function tagsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).map((tag) => tag.replace(/^#+/, "").toLocaleLowerCase()))].filter(Boolean);
}

/** All tags in use, the most used first. */
export function tagsInUse(state: StateView): string[] {
  const times = new Map<string, number>();
  for (const tag of state.questions.flatMap((one) => one.desk?.tags ?? [])) times.set(tag, (times.get(tag) ?? 0) + 1);
  return [...times].sort(([, one], [, other]) => other - one).map(([tag]) => tag);
}

// What may be done -----------------------------------------------------------------------------------------------------

export type Deed = "approve" | "reject" | "restore" | "edit" | "answer" | "merge" | "move" | "mark";

const MAY: Record<Deed, readonly QuestionStatus[]> = {
  approve: ["waiting", "not_taken"],
  reject: ["waiting", "approved", "next", "not_taken"],
  restore: ["approved", "next", "not_taken", "answered", "merged"],
  edit: ["waiting", "approved", "next", "on_air", "answered", "not_taken", "merged"],
  answer: ["waiting", "approved", "next", "on_air", "answered"],
  merge: ["waiting", "approved", "next", "not_taken"],
  move: ["approved"],
  mark: ["waiting", "approved", "next", "on_air", "answered", "not_taken", "merged", "withdrawn"],
};

export function may(deed: Deed, question: QuestionView): boolean {
  return MAY[deed].includes(question.status);
}

/** A question that was opened longer ago than this counts as closed, in milliseconds. */
const CLAIM_MS = 120_000;

/** Who else has `question` open; null where nobody has, or this page itself (`mine` is what it has open). */
export function openElsewhere(question: QuestionView, mine: string | null, now: number): string | null {
  const { open_by: by, open_since: since } = question.desk ?? { open_by: null, open_since: null };
  if (by === null || since === null || question.id === mine) return null;
  return now - Date.parse(since) < CLAIM_MS ? by : null;
}

/** How many questions of a person would be hidden with them. */
export function hiddenWith(state: StateView, person: string): number {
  return withStatus(state, "waiting", "approved", "next", "answered").filter((one) => one.desk?.person === person).length;
}

// In words -------------------------------------------------------------------------------------------------------------

/** Why a filter held a question. */
export function heldWords(hold: Hold): string {
  const found = hold.detail === null ? "" : `: “${hold.detail}”`;
  switch (hold.why) {
    case "word":
      return `A word on the list${found}`;
    case "link":
      return `Has a link${found}`;
    case "repeated":
      return "Asked before in the same words";
    case "shouting":
      return "Mostly capital letters";
    case "marks":
      return "Marks piled up on letters";
    default:
      return `Held by a filter${found}`;
  }
}

export const ORIGINS: Record<Origin, string> = {
  web: "this page",
  room: "the room",
  youtube: "YouTube",
  matrix: "Matrix",
  irc: "IRC",
  other: "elsewhere",
};

const NOW: Record<QuestionStatus, string> = {
  waiting: "it waits again",
  approved: "it is approved now",
  next: "it comes next now",
  on_air: "it is on air now",
  answered: "it is answered now",
  not_taken: "it is not taken now",
  withdrawn: "its asker took it back",
  merged: "it is merged with another now",
};

/** How a question stands now that it was changed: "it is approved now". */
export function standsNow(status: QuestionStatus): string {
  return NOW[status];
}

const STANDS: Record<QuestionView["status"], string> = {
  waiting: "Waits",
  approved: "Approved",
  next: "Next",
  on_air: "On air",
  answered: "Answered",
  not_taken: "Not taken",
  withdrawn: "Taken back",
  merged: "Merged",
};

/** "Approved, 5 votes". */
export function standing(question: QuestionView): string {
  return STANDS[question.status] + (question.votes > 0 ? `, ${count(question.votes, "vote")}` : "");
}

/** Why it stands before others in line; null where it does not, and in the order of votes. */
export function whyFair(state: StateView, question: QuestionView): string | null {
  const desk = question.desk;
  if (state.asking.order !== "fair" || desk === undefined || question.status !== "approved") return null;
  // Most come by this page: that few did at the very beginning explains nothing.
  const quiet = desk.quiet && question.origin !== "web" ? `few come from ${ORIGINS[question.origin]}` : null;
  const whys = [desk.first ? FIRST.toLowerCase() : null, quiet].filter((why) => why !== null);
  return whys.length === 0 ? null : `In front: ${whys.join(", ")}`;
}

export const FIRST = "First question of this asker";
