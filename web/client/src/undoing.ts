/**
 * What this page did last and can take back, and what was taken back and can be done again.
 *
 * Pure. An act on a question is taken back only while nobody else did anything to it since: `rev` says which state of
 * the question the entry belongs to, and moves on with this page's own acts.
 */
import type { AskingRequest, StateView } from "./types";

interface Told {
  /** What was done: "#14 approved". */
  readonly words: string;
}

export type Done = Told &
  (
    | { readonly kind: "question"; readonly id: string; readonly rev: number; readonly added?: boolean }
    | { readonly kind: "ban"; readonly person: string; readonly banned: boolean }
    | { readonly kind: "asking"; readonly before: AskingRequest; readonly after: AskingRequest }
  );

export interface History {
  readonly done: readonly Done[];
  readonly undone: readonly Done[];
}

export const NOTHING: History = { done: [], undone: [] };
/** More than this nobody remembers. */
const MOST = 50;

/** Return the history after one more act; on a question, `from` is its rev before. */
export function did(history: History, entry: Done, from: number | null = null): History {
  const { done } = entry.kind === "question" && from !== null ? shifted(history, entry.id, from, entry.rev) : history;
  return { done: [...done, entry].slice(-MOST), undone: [] };
}

/** Return the history after its last act was taken back; on a question, `rev` is the one that it has now. */
export function undid(history: History, rev: number | null): History {
  const last = history.done.at(-1);
  if (last === undefined) return history;
  return moved({ done: history.done.slice(0, -1), undone: [...history.undone, last] }, last, rev);
}

/** Return the history after the act that was taken back last was done again. */
export function redid(history: History, rev: number | null): History {
  const last = history.undone.at(-1);
  if (last === undefined) return history;
  return moved({ done: [...history.done, last], undone: history.undone.slice(0, -1) }, last, rev);
}

/** Return the history without its last act, or without what could be done again: it cannot be any more. */
export function dropped(history: History, which: keyof History): History {
  return { ...history, [which]: history[which].slice(0, -1) };
}

function moved(history: History, entry: Done, rev: number | null): History {
  return entry.kind === "question" && rev !== null ? shifted(history, entry.id, entry.rev, rev) : history;
}

function shifted(history: History, id: string, from: number, to: number): History {
  const shift = (one: Done): Done =>
    one.kind === "question" && one.id === id && one.rev === from ? { ...one, rev: to } : one;
  return { done: history.done.map(shift), undone: history.undone.map(shift) };
}

/** The last act that can still be taken back (or done again), null where there is none. */
export function reachable(history: History, which: keyof History, state: StateView): Done | null {
  const last = history[which].at(-1);
  return last !== undefined && stands(last, state) ? last : null;
}

function stands(entry: Done, state: StateView): boolean {
  if (entry.kind !== "question") return true;
  return state.questions.find((one) => one.id === entry.id)?.desk?.rev === entry.rev;
}
