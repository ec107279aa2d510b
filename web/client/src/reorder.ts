/**
 * Put one row of a list elsewhere: where a dragged row would fall, and what the service is told.
 *
 * Pure.
 */

/** `ids` with `id` moved to index `to`. */
export function moved(ids: readonly string[], id: string, to: number): string[] {
  const rest = ids.filter((one) => one !== id);
  rest.splice(Math.max(0, Math.min(to, rest.length)), 0, id);
  return rest;
}

/** `ids` with `id` moved by so many places; null where it stands there already, at an end of the list. */
export function stepped(ids: readonly string[], id: string, by: number): string[] | null {
  const from = ids.indexOf(id);
  const to = from + by;
  return from < 0 || to < 0 || to >= ids.length ? null : moved(ids, id, to);
}

/** The id that stands right behind `id`; null at the end: what "before" is for the service. */
export function follower(ids: readonly string[], id: string): string | null {
  return ids[ids.indexOf(id) + 1] ?? null;
}

export interface Row {
  readonly top: number;
  readonly height: number;
}

/** The index where row `from` falls when its middle is moved by `dy`; `rows` are measured before anything moved. */
export function fallsAt(rows: readonly Row[], from: number, dy: number): number {
  const own = rows[from];
  if (own === undefined) return from;
  const middle = own.top + own.height / 2 + dy;
  return rows.filter((row, index) => index !== from && row.top + row.height / 2 < middle).length;
}

/** By how much row `index` makes way while row `from` would fall at `to`. */
export function makesWay(rows: readonly Row[], index: number, from: number, to: number): number {
  const height = rows[from]?.height ?? 0;
  if (index > from && index <= to) return -height;
  if (index < from && index >= to) return height;
  return 0;
}
