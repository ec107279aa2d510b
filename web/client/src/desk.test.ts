import { describe, expect, it } from "vitest";

import {
  heldWords, hiddenWith, lists, matches, may, openElsewhere, similar, tabOf, tagsIn, tagsInUse, targets, whyFair,
} from "./desk";
import { desk, question, room } from "./given";
import type { QuestionStatus } from "./types";

const state = room({
  questions: [
    question({ id: "q4", status: "on_air" }),
    question({ id: "q7", status: "next" }),
    question({ id: "q2", status: "approved", desk: desk({ tags: ["gan"], person: "p2" }) }),
    question({ id: "q9", status: "waiting", text: "Does Wasserstein help?", name: "Ada", desk: desk({ similar: ["q8", "q2"], person: "p2" }) }),
    question({ id: "q1", status: "answered", desk: desk({ tags: ["gan", "loss"], person: "p2" }) }),
    question({ id: "q3", status: "not_taken", desk: desk({ starred: true, person: "p2" }) }),
    question({ id: "q8", status: "merged", into: "q9" }),
    question({ id: "q11", status: "withdrawn" }),
  ],
});
const all = { text: "", starred: false };
const ids = (found: { id: string }[]) => found.map((one) => one.id);

describe("the lists", () => {
  it("hold the line with what is on air, what waits, what was answered, and what was set aside, newest first", () => {
    const shown = lists(state, all);
    expect(ids(shown.waiting)).toEqual(["q9"]);
    expect(ids(shown.approved)).toEqual(["q4", "q7", "q2"]);
    expect(ids(shown.answered)).toEqual(["q1"]);
    expect(ids(shown.aside)).toEqual(["q11", "q8", "q3"]);
    expect((["waiting", "next", "merged"] as QuestionStatus[]).map(tabOf)).toEqual(["waiting", "approved", "aside"]);
  });

  it("are searched all at once", () => {
    const shown = lists(state, { text: "#gan", starred: false });
    expect([shown.waiting.length, ids(shown.approved), ids(shown.answered)]).toEqual([0, ["q2"], ["q1"]]);
    expect(ids(lists(state, { text: "", starred: true }).aside)).toEqual(["q3"]);
  });
});

describe("a search", () => {
  const one = question({
    id: "q14", text: "Why does BATCH norm work?", name: "Zoë", desk: desk({ tags: ["training"], own_text: "y batchnorm??" }),
  });
  const finds = (text: string) => matches(one, { text, starred: false });

  it("finds words in any order and case, the name, and the asker's own words", () => {
    expect([finds("norm batch"), finds("zoë"), finds("zoe\u0308"), finds("y batchnorm")]).toEqual([true, true, true, true]);
    expect(finds("batch pool")).toBe(false);
  });

  it("finds a number with and without its sign, and a tag by its beginning", () => {
    expect([finds("#14"), finds("14"), finds("#1"), finds("#train"), finds("#norm")]).toEqual([true, true, false, true, false]);
  });
});

describe("questions that ask the same", () => {
  it("are suggested while one can stand for the other", () => {
    expect(ids(similar(state, state.questions[3]!))).toEqual(["q2"]);
  });

  it("come first among those to merge into; what is set aside is none of them", () => {
    expect(ids(targets(state, state.questions[3]!, ""))).toEqual(["q2", "q4", "q7", "q1"]);
    expect(ids(targets(state, state.questions[3]!, "7"))).toEqual(["q7"]);
  });
});

describe("who has a question open", () => {
  const now = Date.parse("2026-11-23T10:05:00Z");
  const opened = (open_since: string) => question({ id: "q5", desk: desk({ open_by: "Ada", open_since }) });

  it("is told for two minutes, and not to themselves", () => {
    expect(openElsewhere(opened("2026-11-23T10:03:30Z"), null, now)).toBe("Ada");
    expect(openElsewhere(opened("2026-11-23T10:02:59Z"), null, now)).toBeNull();
    expect(openElsewhere(opened("2026-11-23T10:04:59Z"), "q5", now)).toBeNull();
    expect(openElsewhere(question(), null, now)).toBeNull();
  });
});

describe("marks", () => {
  it("say why a filter held a question", () => {
    const whys = ["word", "link", "repeated", "shouting", "marks", "new"];
    expect(whys.map((why) => heldWords({ why, detail: why === "link" ? "shop.example" : null }))).toEqual([
      "A word on the list", "Has a link: “shop.example”", "Asked before in the same words", "Mostly capital letters",
      "Marks piled up on letters", "Held by a filter",
    ]);
  });

  it("say why it stands where it does, in the fair order only", () => {
    const one = question({ origin: "matrix", desk: desk({ first: true, quiet: true }) });
    const fair = room({ questions: [one, question()], asking: { ...state.asking, order: "fair" } });
    expect(whyFair(fair, one)).toBe("In front: first question of this asker, few come from Matrix");
    expect(whyFair(fair, { ...one, origin: "web" })).toBe("In front: first question of this asker");
    expect(whyFair(fair, question({ desk: desk() }))).toBeNull();
    expect(whyFair(fair, { ...one, status: "waiting" })).toBeNull();
    expect(whyFair(state, one)).toBeNull();
  });

  it("reads tags however they are typed", () => {
    expect(tagsIn(" #GAN, loss  loss,,##x ")).toEqual(["gan", "loss", "x"]);
    expect(tagsInUse(state)).toEqual(["gan", "loss"]);
  });
});

describe("what may be done", () => {
  it("follows from how a question stands", () => {
    const stands = (status: QuestionStatus) =>
      (["approve", "reject", "restore", "edit", "answer", "merge", "move"] as const).filter((deed) =>
        may(deed, question({ status })),
      );
    expect(stands("waiting")).toEqual(["approve", "reject", "edit", "answer", "merge"]);
    expect(stands("approved")).toEqual(["reject", "restore", "edit", "answer", "merge", "move"]);
    expect(stands("on_air")).toEqual(["edit", "answer"]);
    expect(stands("merged")).toEqual(["restore", "edit"]);
    expect(stands("withdrawn")).toEqual([]);
  });

  it("a ban hides what stands of that person", () => {
    expect(hiddenWith(state, "p2")).toBe(3);
  });
});
