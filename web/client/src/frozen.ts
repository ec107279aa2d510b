/**
 * Keep a list still under the reader: rows change in place, but none moves, comes or goes until the reader says so.
 *
 * Pure. `shown` are the ids as they stand on the page; `wanted` is the order that the room has now.
 */

export interface Settled {
  /** How many of `wanted` are not on the page yet. */
  readonly fresh: number;
  /** How many on the page are not in `wanted` any more. */
  readonly gone: number;
  /** Whether the rows would stand otherwise if they were laid out anew. */
  readonly stale: boolean;
}

export function settled(shown: readonly string[], wanted: readonly string[]): Settled {
  const here = new Set(shown);
  const fresh = wanted.filter((id) => !here.has(id)).length;
  const there = new Set(wanted);
  const gone = shown.filter((id) => !there.has(id)).length;
  const stale = fresh > 0 || shown.length !== wanted.length || shown.some((id, index) => wanted[index] !== id);
  return { fresh, gone, stale };
}

/** What the button says that lays the list out anew. */
export function staleWords({ fresh, gone }: Settled): string {
  if (fresh > 0) return `${fresh} new`;
  return gone > 0 ? `${gone} gone` : "New order";
}
