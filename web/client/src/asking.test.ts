import { describe, expect, it } from "vitest";

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
  });
});
