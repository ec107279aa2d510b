/**
 * What the overlay's address says of how it looks. Whatever it does not say, or says wrong, is as it is by itself.
 *
 * Pure.
 */
export interface OverlayOptions {
  readonly position: "bottom" | "top";
  /** Of all sizes. */
  readonly scale: number;
  /** Whether it names who is speaking. */
  readonly lowerThird: boolean;
}

const SMALLEST = 0.5;
const LARGEST = 2;

export function overlayOptions(search: string): OverlayOptions {
  const options = new URLSearchParams(search);
  const scale = Number(options.get("scale") ?? 1);
  return {
    position: options.get("position") === "top" ? "top" : "bottom",
    scale: Number.isFinite(scale) && scale > 0 ? Math.min(LARGEST, Math.max(SMALLEST, scale)) : 1,
    lowerThird: options.get("lower-third") === "1",
  };
}
