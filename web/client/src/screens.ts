/**
 * Whether the screens show what is on air, judged by what each says that it shows.
 *
 * Pure. A screen needs a moment to follow, so that a difference counts only once it has lasted.
 */
import type { DisplayView, StateView } from "./types";

/** A screen may show something else than what is on air for so long, in milliseconds. */
export const LATE_MS = 3000;

/** Since when each screen that differs does so, by its key. */
export type Differing = Readonly<Record<string, number>>;

export interface ScreenLine {
  readonly name: string;
  readonly words: string;
  readonly bad: boolean;
}

const key = (one: DisplayView) => `${one.page} ${one.name} ${one.since}`;

/** Return which screens differ from what is on air, at `now` in milliseconds. */
export function differing(before: Differing, displays: readonly DisplayView[], onAir: string | null, now: number): Differing {
  const late = displays.filter((one) => one.shows !== onAir).map((one) => [key(one), before[key(one)] ?? now]);
  return Object.fromEntries(late) as Differing;
}

/**
 * A line for each screen, and one in place of a room screen that is not there.
 *
 * Anybody may open a screen's page: those that were not invited raise no alarm, and only the first is told by itself.
 */
export function screenLines(state: StateView, since: Differing, now: number): ScreenLine[] {
  const displays = state.displays ?? [];
  const others = displays.filter((one) => !one.invited).toSorted((a, b) => Number(b.page === "room") - Number(a.page === "room"));
  const lines = [...displays.filter((one) => one.invited), ...others.slice(0, 1)].map((one): ScreenLine => {
    const late = one.invited && now - (since[key(one)] ?? now) > LATE_MS;
    const shown = shows(state, one.shows);
    return { name: nameOf(one), words: late ? `still ${shown}` : shown, bad: late };
  });
  if (others.length > 1) lines.push({ name: `${others.length - 1} more`, words: "not invited", bad: false });
  if (displays.some((one) => one.page === "room")) return lines;
  return [{ name: "No room screen connected", words: "", bad: true }, ...lines];
}

function nameOf(one: DisplayView): string {
  const name = one.name.toLowerCase() === "room" ? "Room screen" : one.name;
  return one.invited ? name : `${name}, not invited`;
}

function shows(state: StateView, id: string | null): string {
  if (id === null) return "shows no question";
  const question = state.questions.find((one) => one.id === id);
  return question === undefined ? "shows another question" : `shows #${question.number}`;
}
