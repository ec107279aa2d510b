import { describe, expect, it } from "vitest";

import { question, room } from "./given";
import { differing, LATE_MS, screenLines } from "./screens";
import type { DisplayView } from "./types";

const screen = (changes: Partial<DisplayView> = {}): DisplayView => ({
  name: "Room",
  page: "room",
  shows: "q14",
  invited: true,
  since: "2026-11-23T10:00:00Z",
  ...changes,
});
const at = (displays: DisplayView[], on_air: string | null = "q14") =>
  room({ displays, on_air, questions: [question({ id: "q14", status: "on_air" }), question({ id: "q9" })] });

describe("the line of screens", () => {
  it("says what each shows", () => {
    const lines = screenLines(at([screen(), screen({ name: "Studio B", page: "overlay", shows: null })]), {}, 0);
    expect(lines.map((one) => `${one.name}: ${one.words}`)).toEqual(["Room screen: shows #14", "Studio B: shows no question"]);
    expect(lines.some((one) => one.bad)).toBe(false);
  });

  it("says so where no room screen is connected, whatever else is", () => {
    expect(screenLines(at([]), {}, 0)).toMatchObject([{ name: "No room screen connected", bad: true }]);
    expect(screenLines(at([screen({ page: "overlay", name: "Overlay" })]), {}, 0).map((one) => one.name)).toEqual([
      "No room screen connected",
      "Overlay",
    ]);
  });

  it("takes no alarm from who was not invited, and tells of one of them", () => {
    const strangers = ["Overlay", "Room", "Room"].map((name) => screen({ name, page: name.toLowerCase(), shows: null, invited: false }));
    const state = at(strangers);
    const lines = screenLines(state, differing({}, strangers, "q14", 0), 2 * LATE_MS);
    expect(lines.map((one) => `${one.name}: ${one.words}`)).toEqual(["Room screen, not invited: shows no question", "2 more: not invited"]);
    expect(lines.some((one) => one.bad)).toBe(false);
  });

  it("warns of a screen that has shown something else for too long", () => {
    const state = at([screen({ shows: "q9" })]);
    const since = differing({}, state.displays ?? [], state.on_air, 1000);
    expect(screenLines(state, since, 1000 + LATE_MS)[0]).toMatchObject({ words: "shows #9", bad: false });
    expect(screenLines(state, since, 1001 + LATE_MS)[0]).toMatchObject({ words: "still shows #9", bad: true });
  });

  it("counts from the moment at which it began to differ, and forgets once it agrees", () => {
    const late = [screen({ shows: null })];
    const first = differing({}, late, "q14", 1000);
    expect(differing(first, late, "q14", 9000)).toEqual(first);
    expect(differing(first, [screen()], "q14", 9000)).toEqual({});
  });
});
