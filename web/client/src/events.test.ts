import { describe, expect, it } from "vitest";

import { backoff } from "./events";

describe("the wait before a reconnect", () => {
  it("grows and is capped", () => {
    expect([0, 1, 2, 20].map((n) => backoff(n, 0.5))).toEqual([500, 1000, 2000, 15_000]);
  });

  it("is spread from half to one and a half, so that not all come at once", () => {
    expect(backoff(0, 0)).toBe(250);
    expect(backoff(0, 0.999)).toBeCloseTo(750, -1);
  });
});
