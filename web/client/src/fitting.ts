/**
 * Find the largest size at which something fits.
 *
 * Pure but for what `fits` does, which tries a size and tells.
 */

/** The largest whole size from `low` to `high` that fits; `low` where none does. All smaller than one that fits fit too. */
export function largest(low: number, high: number, fits: (size: number) => boolean): number {
  if (high <= low || fits(high)) return Math.max(low, high);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
