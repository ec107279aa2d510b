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
    expect([0, 0.5, 1].map((dice) => wait(0, true, dice))).toEqual([500, 2750, 5000]);
    expect([1, 2, 3].map((n) => wait(n, true, 1))).toEqual([5000, 5000, 5000]);
    expect(wait(4, true, 0.5)).toBe(8000);
  });

  it("is short for a connection that broke by itself", () => {
    expect([0, 1].map((n) => wait(n, false, 0.5))).toEqual([500, 1000]);
  });
});
