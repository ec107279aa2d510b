import { describe, expect, it } from "vitest";

import { axis, progress, verdict } from "./swipe";

describe("a finger on a card", () => {
  it("has said nothing while it hardly moved", () => {
    expect(axis(6, 6)).toBeNull();
  });

  it("swipes only where it goes sideways for certain: the page scrolls otherwise", () => {
    expect([axis(30, 8), axis(-30, 8), axis(20, 20), axis(3, 40)]).toEqual(["x", "x", "y", "y"]);
  });

  it("means something from a third of the card on", () => {
    expect(progress(50, 300)).toBeLessThan(1);
    expect([verdict(104, 300, 0.1), verdict(106, 300, 0.1), verdict(-106, 300, -0.1)]).toEqual([null, "right", "left"]);
  });

  it("need not cross a whole laptop", () => {
    expect(verdict(141, 1200, 0)).toBe("right");
  });

  it("may flick over a short way, but not by a twitch", () => {
    expect([verdict(60, 300, 0.9), verdict(-60, 300, -0.9), verdict(30, 300, 2)]).toEqual(["right", "left", null]);
  });

  it("changes its mind on the way back", () => {
    expect([verdict(150, 300, -0.9), verdict(60, 300, -0.9)]).toEqual([null, null]);
  });
});
