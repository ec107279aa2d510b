/**
 * Short words about what was just done, with a way back where there is one. `Toasts.svelte` shows them.
 */
import { announce } from "./announcer.svelte";

export interface Toast {
  readonly id: number;
  readonly words: string;
  readonly tone: "plain" | "bad";
  readonly undo: (() => void) | null;
}

/** How long a toast stands, in milliseconds: long enough to reach for "Undo". */
const STANDS_MS = 10_000;
/** More than this many would hide the page: the oldest goes. */
const MOST = 3;

let nextId = 0;
let standing = $state.raw<readonly Toast[]>([]);

export function toasts(): readonly Toast[] {
  return standing;
}

export function toast(words: string, options: { tone?: "plain" | "bad"; undo?: () => void } = {}): void {
  const one: Toast = { id: nextId++, words, tone: options.tone ?? "plain", undo: options.undo ?? null };
  standing = [...standing.slice(1 - MOST), one];
  announce(words);
  setTimeout(() => dismiss(one.id), STANDS_MS);
}

export function dismiss(id: number): void {
  standing = standing.filter((one) => one.id !== id);
}
