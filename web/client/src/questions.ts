/**
 * What pages ask of the list of questions: which are on the line, in which order, and where one's own stands.
 *
 * Pure.
 */
import type { QuestionStatus, QuestionView, StateView } from "./types";

export type Order = "top" | "newest";

/** Statuses of questions that can still come on air and that everybody may see. */
const LISTED: readonly QuestionStatus[] = ["next", "approved"];

export function withStatus(state: StateView, ...statuses: QuestionStatus[]): QuestionView[] {
  return state.questions.filter((one) => statuses.includes(one.status));
}

export function byId(state: StateView, id: string | null): QuestionView | null {
  return id === null ? null : (state.questions.find((one) => one.id === id) ?? null);
}

/** The questions to choose from. "top" is the order in which they will be taken. */
export function listed(state: StateView, order: Order): QuestionView[] {
  const line = withStatus(state, ...LISTED);
  return order === "top" ? line : line.toSorted((a, b) => b.number - a.number);
}

/** One's own, newest first. */
export function own(state: StateView): QuestionView[] {
  return state.questions.filter((one) => one.mine === true).toSorted((a, b) => b.number - a.number);
}

/** 1 for the one that comes next, 2 for the one after it; null where the question does not stand in line. */
export function place(state: StateView, id: string): number | null {
  const index = listed(state, "top").findIndex((one) => one.id === id);
  return index < 0 ? null : index + 1;
}

/** Whether all of `words` stand somewhere in the question: its text, its asker's name, its answer, its number ("#12"). */
export function matches(question: QuestionView, words: string): boolean {
  const within = folded(`#${question.number} ${question.text} ${question.name ?? ""} ${question.answer ?? ""}`);
  return folded(words).split(/\s+/).every((word) => within.includes(word));
}

/** Without case, marks and forms that nobody types when they search. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** How many characters the service counts: code points of the composed form, without the space around it. */
export function countCharacters(text: string): number {
  return [...text.normalize("NFC").trim()].length;
}
