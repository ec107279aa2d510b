import { describe, expect, it } from "vitest";

import { asked, askingWord, askingWords, before, nextAt } from "./askingRules";
import type { AskingView } from "./types";

const asking = (changes: Partial<AskingView> = {}): AskingView => ({
  open: true,
  opens_at: null,
  wait_s: null,
  over: false,
  names: true,
  hand: "timer",
  mode: "pre",
  order: "votes",
  ...changes,
});
const timed = asking({ open: false, opens_at: "2026-11-23T13:00:00Z" });
const zone = "Europe/Zurich";
const now = Date.parse("2026-11-23T12:00:30Z");

describe("asking", () => {
  it("is told in two words", () => {
    const closed = asking({ open: false, hand: "closed", opens_at: timed.opens_at });
    const over = asking({ open: false, over: true, hand: "over" });
    expect([asking(), closed, timed, over].map((one) => askingWords(one, zone))).toEqual([
      "Questions open", "Questions closed", "Open at 14:00", "Questions over",
    ]);
    expect([asking(), timed].map((one) => askingWord(one, zone))).toEqual(["Open", "14:00"]);
    expect(asked(asking({ hand: "open", opens_at: timed.opens_at }))).toBe("open");
  });

  it("can be set back to as it was, in what is about to change", () => {
    expect(before(timed, { hand: "open", opens_at: null }, now)).toEqual({ hand: "timer", opens_at: timed.opens_at });
    expect(before(asking(), { slow_mode_s: 60 }, now)).toEqual({ slow_mode_s: 0 });
    const rest = { mode: "post", order: "fair", names: false } as const;
    expect(before(asking(), rest, now)).toEqual({ mode: "pre", order: "votes", names: true });
  });

  it("is never set back to a time that has passed", () => {
    expect(before(timed, { hand: "open", opens_at: null }, now + 3_600_000)).toEqual({ hand: "timer", opens_at: null });
  });
});

describe("a time of the room's clock", () => {
  it("is the next moment at which it shows that", () => {
    expect(nextAt("14:05", zone, now)).toBe("2026-11-23T13:05:00.000Z");
    expect(nextAt("13:01", zone, now)).toBe("2026-11-23T12:01:00.000Z");
    expect(nextAt("13:00", zone, now)).toBe("2026-11-24T12:00:00.000Z");
    expect(nextAt("21:30", "Asia/Tokyo", now)).toBe("2026-11-23T12:30:00.000Z");
  });

  it("holds over the night in which clocks are put on or back", () => {
    expect(nextAt("09:00", zone, Date.parse("2026-10-24T20:00:00Z"))).toBe("2026-10-25T08:00:00.000Z");
    expect(nextAt("09:00", zone, Date.parse("2026-03-28T20:00:00Z"))).toBe("2026-03-29T07:00:00.000Z");
  });

  it("is none where nothing was typed", () => {
    expect([nextAt("", zone, now), nextAt("9", zone, now)]).toEqual([null, null]);
  });
});
