/**
 * Whether the machine keeps up with the programme, judged by the encoder's counters over the last ten seconds.
 *
 * Pure. The counters only ever rise while one programme runs; where they fall, another one began.
 */
import type { MetersView } from "./types";

const WINDOW_MS = 10_000;
/** So many pictures late or never made within the window can be seen by the public. */
const MANY = 15;

interface Sample {
  readonly at: number;
  readonly bad: number;
}

export type Strain = readonly Sample[];

/** Return the samples that count from now on, with `meters` read at `now` in milliseconds. */
export function sampled(strain: Strain, meters: Pick<MetersView, "late" | "dropped">, now: number): Strain {
  const bad = meters.late + meters.dropped;
  const last = strain.at(-1);
  if (last !== undefined && bad < last.bad) return [{ at: now, bad }];
  if (last !== undefined && now - last.at < 1000) return strain;
  return [...strain.filter((one) => now - one.at <= WINDOW_MS), { at: now, bad }];
}

/** How many pictures came late or never within the window, where these are too many; else 0. */
export function struggling(strain: Strain): number {
  const first = strain[0];
  const last = strain.at(-1);
  if (first === undefined || last === undefined) return 0;
  const bad = last.bad - first.bad;
  return bad >= MANY ? bad : 0;
}
