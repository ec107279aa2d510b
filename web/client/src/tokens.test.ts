/** Measure the contrast of the tokens as they stand in tokens.css, by WCAG 2.2's formula. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

type Scheme = Record<string, string>;
const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const declared = (text: string): Scheme =>
  Object.fromEntries([...text.matchAll(/--([\w-]+):\s*(oklch\([^)]*\))/g)].map(([, name, value]) => [name, value]));
const [lightText = "", darkText = ""] = css.split("@media (prefers-color-scheme: dark)");
const light = declared(lightText);
const dark = { ...light, ...declared(darkText) };

/** Björn Ottosson's OKLab to linear sRGB, https://bottosson.github.io/posts/oklab/, then relative luminance. */
function luminance(oklch: string): number {
  const [l = 0, c = 0, h = 0] = oklch.slice(6, -1).split(/[\s/]+/).map(Number);
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const L = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const M = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const S = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S);
  const green = clip(-1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S);
  const blue = clip(-0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(scheme: Scheme, one: string, other: string): number {
  const [a, b] = [scheme[one], scheme[other]].map((value) => luminance(value ?? "oklch(0 0 0)"));
  const [high, low] = [Math.max(a ?? 0, b ?? 0), Math.min(a ?? 0, b ?? 0)];
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["ground", "surface", "raised"];
const WORDS: [string, string[]][] = [
  ["text", [...GROUNDS, "sunken", "accent-wash", "warn-wash", "bad-wash"]],
  ["quiet", [...GROUNDS, "sunken"]],
  ["accent", [...GROUNDS, "accent-wash"]],
  ["on-air", GROUNDS],
  ["good", [...GROUNDS, "good-wash"]],
  ["warn", [...GROUNDS, "warn-wash"]],
  ["bad", [...GROUNDS, "bad-wash"]],
  ["on-accent", ["accent", "accent-strong"]],
  ["on-on-air", ["on-air-fill"]],
  ["on-bar", ["bar-good", "bar-bad", "bar-off"]],
  ["on-bar-warn", ["bar-warn"]],
  ["on-stage", ["stage"]],
  ["quiet-on-stage", ["stage"]],
];

describe.each([
  ["light", light],
  ["dark", dark],
])("contrast in the %s scheme", (_name, scheme) => {
  it.each(WORDS.flatMap(([word, grounds]) => grounds.map((ground) => [word, ground] as const)))(
    "of %s on %s is enough to read",
    (word, ground) => expect(contrast(scheme, word, ground)).toBeGreaterThanOrEqual(4.5),
  );

  it.each(GROUNDS)("of a control's edge on %s is enough to see", (ground) => {
    expect(contrast(scheme, "edge", ground)).toBeGreaterThanOrEqual(3);
  });
});
