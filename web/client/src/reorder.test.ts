import { describe, expect, it } from "vitest";

import { fallsAt, follower, makesWay, moved, stepped } from "./reorder";

const line = ["a", "b", "c", "d"];
const rows = [0, 40, 100, 140].map((top, index, tops) => ({ top, height: (tops[index + 1] ?? 200) - top }));

describe("a row put elsewhere", () => {
  it("goes to its index, and never off the list", () => {
    expect(moved(line, "a", 2)).toEqual(["b", "c", "a", "d"]);
    expect(moved(line, "c", -3)).toEqual(["c", "a", "b", "d"]);
    expect(moved(line, "a", 9)).toEqual(["b", "c", "d", "a"]);
  });

  it("steps by one, but not past an end", () => {
    expect(stepped(line, "b", -1)).toEqual(["b", "a", "c", "d"]);
    expect(stepped(line, "a", -1)).toBeNull();
    expect(stepped(line, "d", 1)).toBeNull();
    expect(stepped(line, "x", 1)).toBeNull();
  });

  it("stands before its follower, the last before nothing", () => {
    expect([follower(line, "b"), follower(line, "d")]).toEqual(["c", null]);
  });

  it("falls where its middle is", () => {
    expect([0, 45, 100, 300].map((dy) => fallsAt(rows, 0, dy))).toEqual([0, 0, 1, 3]);
    expect([0, -70, -300].map((dy) => fallsAt(rows, 3, dy))).toEqual([3, 2, 0]);
    expect(fallsAt(rows, 9, 5)).toBe(9);
  });

  it("lets the others make way", () => {
    expect([0, 1, 2, 3].map((index) => makesWay(rows, index, 0, 2))).toEqual([0, -40, -40, 0]);
    expect([0, 1, 2, 3].map((index) => makesWay(rows, index, 3, 1))).toEqual([0, 60, 60, 0]);
  });
});
