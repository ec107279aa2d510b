import { describe, expect, it } from "vitest";

import { sampled, struggling } from "./strain";
import type { Strain } from "./strain";

const after = (...samples: [at: number, late: number, dropped: number][]): Strain =>
  samples.reduce<Strain>((strain, [at, late, dropped]) => sampled(strain, { late, dropped }, at), []);

describe("strain", () => {
  it("is none while few pictures are late", () => {
    expect(struggling(after([0, 3, 0], [5000, 9, 0]))).toBe(0);
  });

  it("counts pictures late and never made within ten seconds", () => {
    expect(struggling(after([0, 100, 50], [5000, 110, 60]))).toBe(20);
  });

  it("forgets what is longer ago", () => {
    expect(struggling(after([0, 0, 0], [2000, 40, 0], [11_000, 40, 0], [13_000, 40, 0]))).toBe(0);
  });

  it("begins anew with another programme", () => {
    expect(struggling(after([0, 500, 0], [2000, 3, 0]))).toBe(0);
  });
});
