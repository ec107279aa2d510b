/**
 * What a finger that moves over a card means: right to approve, left to not take, up and down to scroll.
 *
 * Pure. Distances are in pixels, counted from where the finger came down.
 */
export type Side = "left" | "right";

/** A finger that moved less than this has not said what it wants. */
const SLOP = 10;
/** How far a card must be moved: a share of its width, at most so many pixels. */
const SHARE = 0.35;
const FAR = 140;
/** A quick flick need not go as far: pixels a millisecond, and how far at least. */
const FLICK = 0.6;
const FLICK_LEAST = 48;

/** "x" where the finger swipes, "y" where it scrolls, null while that is open. */
export function axis(dx: number, dy: number): "x" | "y" | null {
  if (Math.hypot(dx, dy) < SLOP) return null;
  return Math.abs(dx) > Math.abs(dy) * 1.2 ? "x" : "y";
}

/** How far it has come towards meaning something: 1 at the threshold. */
export function progress(dx: number, width: number): number {
  return Math.abs(dx) / Math.min(FAR, width * SHARE);
}

/** What letting go means now; null: nothing, the card goes back. A finger on its way back has changed its mind. */
export function verdict(dx: number, width: number, speed: number): Side | null {
  const side: Side = dx > 0 ? "right" : "left";
  const onward = Math.sign(speed) === Math.sign(dx);
  if (progress(dx, width) >= 1) return onward || Math.abs(speed) < FLICK ? side : null;
  return onward && Math.abs(speed) >= FLICK && Math.abs(dx) >= FLICK_LEAST ? side : null;
}
