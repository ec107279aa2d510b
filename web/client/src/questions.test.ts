import { describe, expect, it } from "vitest";

import { question, room } from "./given";
import { byId, countCharacters, listed, matches, own, place } from "./questions";

const line = room({
  questions: [
    question({ id: "q4", status: "on_air" }),
    question({ id: "q7", status: "next", mine: true }),
    question({ id: "q2", status: "approved", votes: 5 }),
    question({ id: "q9", status: "approved", votes: 1, mine: true }),
    question({ id: "q10", status: "waiting", mine: true }),
    question({ id: "q1", status: "answered" }),
  ],
});

describe("the line", () => {
  it("holds what can still come on air, in the order in which it will be taken", () => {
    expect(listed(line, "top").map((one) => one.id)).toEqual(["q7", "q2", "q9"]);
  });

  it("can be read newest first", () => {
    expect(listed(line, "newest").map((one) => one.id)).toEqual(["q9", "q7", "q2"]);
  });

  it("gives each question its place, and none to those that do not stand in it", () => {
    expect([place(line, "q7"), place(line, "q9"), place(line, "q10"), place(line, "q4")]).toEqual([1, 3, null, null]);
  });

  it("knows one's own, newest first", () => {
    expect(own(line).map((one) => one.id)).toEqual(["q10", "q9", "q7"]);
  });

  it("finds by id and says null for none", () => {
    expect(byId(line, "q4")?.status).toBe("on_air");
    expect(byId(line, null)).toBeNull();
    expect(byId(line, "q99")).toBeNull();
  });
});

describe("countCharacters", () => {
  it("counts as the service does: code points of the composed form, trimmed", () => {
    expect(countCharacters("  abc\n")).toBe(3);
    expect(countCharacters("🤖🔥")).toBe(2);
    expect(countCharacters("e\u0301")).toBe(1);
    expect(countCharacters("لماذا؟")).toBe(6);
  });
});

describe("the search", () => {
  const one = question({ id: "q12", text: "Why does Batch-Norm work so well?", name: "José", answer: "Nobody knows." });
  it.each([
    ["batch", true],
    ["work WHY", true],
    ["jose", true],
    ["#12", true],
    ["nobody", true],
    ["dropout", false],
    ["why dropout", false],
  ])("for %j finds it: %s", (words, expected) => expect(matches(one, words)).toBe(expected));
});
