import { describe, expect, it } from "vitest";

import { ago, bitrate, clock, count, day, duration, elapsed, ordinal, plainAddress, wait, zone } from "./words";

describe("words", () => {
  it("says a place in a row", () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual(
      ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"],
    );
  });

  it("counts one and many", () => {
    expect([count(0, "vote"), count(1, "vote"), count(2, "vote")]).toEqual(["0 votes", "1 vote", "2 votes"]);
  });

  it("says durations with hours only where there are any", () => {
    expect([7, 764, 4364].map(duration)).toEqual(["0:07", "12:44", "1:12:44"]);
  });

  it("never counts below zero, as clocks differ", () => {
    expect(elapsed("2026-11-23T10:00:10Z", Date.parse("2026-11-23T10:00:00Z"))).toBe("0:00");
  });

  it("says how long ago", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    const moments = ["2026-11-23T12:00:05Z", "2026-11-23T11:55:00Z", "2026-11-23T10:00:00Z"];
    expect(moments.map((moment) => ago(moment, now))).toEqual(["now", "5 min", "2 h"]);
  });

  it("rounds a wait up, so that nobody comes too early", () => {
    expect([0, 7.2, 91, 5401].map(wait)).toEqual(["in 1 s", "in 8 s", "in 2 min", "in 2 h"]);
  });

  it("says bitrates", () => {
    expect([4_512_000, 128_000, 12].map(bitrate)).toEqual(["4.5 Mb/s", "128 kb/s", "12 b/s"]);
  });

  it("tells the time of the room's zone, and its own where the zone is unknown", () => {
    expect(clock("2026-11-23T10:00:00Z", "Asia/Tokyo")).toBe("19:00");
    expect(clock("2026-11-23T10:00:00Z", "No/Where")).toMatch(/^\d\d:\d\d$/);
  });

  it("calls the room's time by its name", () => {
    expect([zone("2026-11-23T10:00:00Z", "Europe/Zurich"), zone("2026-07-23T10:00:00Z", "Europe/Zurich")]).toEqual(["CET", "CEST"]);
    expect(zone("2026-11-23T10:00:00Z", "UTC")).toBe("UTC");
  });

  it("names a day other than today, as the room counts days", () => {
    const now = Date.parse("2026-11-23T22:30:00Z");
    expect(day("2026-11-23T22:45:00Z", now, "Europe/Zurich")).toBeNull();
    expect(day("2026-11-23T23:30:00Z", now, "Europe/Zurich")).toBe("Tuesday");
    expect(day("2026-11-23T23:30:00Z", now, "UTC")).toBeNull();
    expect(day("2026-12-23T12:00:00Z", now, "UTC")).toBe("23 December");
  });

  it("makes an address that can be read out", () => {
    expect(plainAddress("https://room.example/")).toBe("room.example");
    expect(plainAddress("http://10.0.0.2:8080/")).toBe("10.0.0.2:8080");
  });
});
