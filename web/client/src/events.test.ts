import { describe, expect, it } from "vitest";

import { backoff, wait } from "./events";

describe("the wait before a reconnect", () => {
  it("grows and is capped", () => {
    expect([0, 1, 2, 20].map((n) => backoff(n, 0.5))).toEqual([500, 1000, 2000, 15_000]);
  });

  it("is spread from half to one and a half, so that not all come at once", () => {
    expect(backoff(0, 0)).toBe(250);
    expect(backoff(0, 0.999)).toBeCloseTo(750, -1);
  });

  it("is spread over five seconds where the service went away, and everybody with it", () => {
    expect([0, 0.5, 1].map((dice) => wait(0, 1001, dice))).toEqual([500, 2750, 5000]);
    expect(wait(0, 1012, 1)).toBe(5000);
  });

  it("is short for a connection that broke by itself, and grows as ever after the first try", () => {
    expect([null, 1006, 4008].map((code) => wait(0, code, 0.5))).toEqual([500, 500, 500]);
    expect(wait(1, 1001, 0.5)).toBe(1000);
  });
});
