import { describe, expect, it } from "vitest";

import { largest } from "./fitting";

describe("the largest size that fits", () => {
  it.each([
    [10, 96, 200, 96],
    [10, 96, 41, 41],
    [10, 96, 10, 10],
    [10, 96, 3, 10],
    [10, 8, 200, 10],
  ])("between %i and %i, where all up to %i fit, is %i", (low, high, limit, expected) => {
    expect(largest(low, high, (size) => size <= limit)).toBe(expected);
  });
});
