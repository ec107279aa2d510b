import { describe, expect, it } from "vitest";

<<<<<<< HEAD
import { darkness, instead, invitation, opening, pace, phase } from "./asking";
import { room } from "./given";
import type { AskingView } from "./types";

const now = Date.parse("2026-11-24T10:00:00Z");
const asking = (changes: Partial<AskingView> = {}): AskingView => ({ ...room().asking, open: false, ...changes });
const soon = asking({ opens_at: "2026-11-24T13:05:00Z" });

describe("the phase of asking", () => {
  it("is soon before the time that is set, and open from that moment on", () => {
    expect(phase(soon, now)).toBe("soon");
    expect(phase(soon, Date.parse("2026-11-24T13:05:00Z"))).toBe("open");
  });

  it("is open, closed or over as the service says", () => {
    expect([phase(asking({ open: true }), now), phase(asking(), now), phase(asking({ over: true }), now)]).toEqual(["open", "closed", "over"]);
  });
});

describe("the opening", () => {
  it("is told in the room's time, with its name", () => {
    expect(opening("2026-11-24T13:05:00Z", now, "Europe/Zurich")).toBe("Questions open at 14:05 CET");
  });

  it("is told with the day where that is another one", () => {
    expect(opening("2026-11-26T13:05:00Z", now, "Europe/Zurich")).toBe("Questions open on Thursday at 14:05 CET");
    expect(opening("2026-12-24T13:05:00Z", now, "UTC")).toBe("Questions open on 24 December at 13:05 UTC");
  });

  it("is counted down in the last minute, never to nothing", () => {
    expect(opening("2026-11-24T10:00:42Z", now, "UTC")).toBe("Questions open in 42 s");
    expect(opening("2026-11-24T09:59:59Z", now, "UTC")).toBe("Questions open in 1 s");
  });
});

describe("the words in place of the box", () => {
  it("are none while questions are taken", () => {
    expect(instead(asking({ open: true }), now, "UTC", "The room")).toBeNull();
  });

  it("differ for each state, as do the picture's and the screen's", () => {
    const states = [soon, asking(), asking({ over: true })];
    const air = { ...room().air, on: false };
    for (const words of [
      states.map((one) => instead(one, now, "UTC", "The room")?.title),
      states.map((one) => darkness(one, now).title),
      states.map((one) => invitation(one, now, "UTC", { air, ready: false }).title),
    ]) {
      expect(new Set(words).size).toBe(3);
    }
  });
});

describe("slow mode", () => {
  it("is told in the largest unit that fits", () => {
    expect([60, 30, 90, 120, 3600, 86_400, 1, 0.2].map(pace)).toEqual([
      "One question a minute",
      "One question every 30 seconds",
      "One question every 90 seconds",
      "One question every 2 minutes",
      "One question an hour",
      "One question a day",
      "One question a second",
      "One question a second",
    ]);
=======
import { asked, askingWord, askingWords, before, nextAt } from "./asking";
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
>>>>>>> desk
  });
});
