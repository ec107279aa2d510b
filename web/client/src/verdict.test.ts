import { describe, expect, it } from "vitest";

import { output, room, source } from "./given";
import type { StateView } from "./types";
import { outputWord, verdict } from "./verdict";

const panel = (changes: Partial<StateView> = {}) =>
  room({
    studio: true,
    sources: [source(), source({ name: "testcard", kind: "testcard", chosen: false })],
    outputs: [output(), output({ name: "recording", kind: "recording" })],
    ...changes,
  });

describe("the verdict", () => {
  it("is good when everything is", () => {
    expect(verdict(panel(), "live")).toEqual({ grave: "good", sentence: "All is well", remedy: null });
  });

  it("is off when nothing goes out, whatever the outputs say", () => {
    const off = panel({ air: { on: false, blanked: false, since: null }, outputs: [output({ state: "failed" })] });
    expect(verdict(off, "live").grave).toBe("off");
  });

  it("warns while blanked and says how to show the room", () => {
    const blanked = verdict(panel({ air: { on: true, blanked: true, since: null } }), "live");
    expect(blanked).toMatchObject({ grave: "warn", remedy: "Press B to show the room." });
  });

  it("says that the recording goes on while an output reconnects", () => {
    const lost = panel({ outputs: [output({ state: "reconnecting", reason: "Connection closed." }), output({ kind: "recording" })] });
    expect(verdict(lost, "live")).toEqual({
      grave: "warn",
      sentence: "youtube is reconnecting: Connection closed",
      remedy: "Still recording. It tries again by itself.",
    });
  });

  it("puts what failed before what is only slow", () => {
    const both = panel({ outputs: [output({ state: "reconnecting" }), output({ name: "backup", state: "failed", reason: "Wrong key." })] });
    expect(verdict(both, "live")).toMatchObject({ grave: "bad", sentence: "backup failed", remedy: "Wrong key." });
  });

  it("names a source that is there when the chosen one stopped", () => {
    const sources = [source({ state: "lost" }), source({ name: "testcard", chosen: false })];
    expect(verdict(panel({ sources }), "live")).toMatchObject({
      grave: "bad",
      remedy: 'Choose another source, for instance "testcard".',
    });
  });

  it("does not pretend to know when the service is out of reach", () => {
    expect(verdict(panel(), "lost").grave).toBe("warn");
  });

  it("says that the machine does not keep up", () => {
    expect(verdict(panel(), "live", 40)).toMatchObject({
      grave: "warn",
      sentence: "The picture stutters: 40 pictures late or missing in 10 s",
    });
  });

  it("says nothing of outputs while the media engine is away: all of them are", () => {
    const away = panel({ studio: false, outputs: [output({ state: "failed" })] });
    expect(verdict(away, "live").sentence).toBe("The media engine does not answer");
  });
});

describe("an output's state in words", () => {
  it("counts the tries", () => {
    expect(outputWord(output({ state: "reconnecting", tries: 3 }))).toBe("reconnecting, try 3");
    expect(outputWord(output({ state: "live", kind: "recording" }))).toBe("writing");
  });
});
