import { describe, expect, it } from "vitest";

import { question, room } from "./given";
import { joined, story } from "./story";
import type { QuestionStatus } from "./types";

const at = () => "14:32";
const told = (status: QuestionStatus, place: number | null = null) => story(question({ status }), place, at);

describe("the story of a question", () => {
  it("goes forward by one step at a time", () => {
    const path: QuestionStatus[] = ["waiting", "approved", "next", "on_air", "answered"];
    expect(path.map((status) => told(status).step)).toEqual([0, 1, 2, 3, 4]);
  });

  it("says what it waits for", () => {
    expect(told("waiting").sentence).toBe("Waiting for a moderator");
  });

  it("says its place in line", () => {
    expect(told("approved", 4).sentence).toBe("Approved, 4th in line");
  });

  it("says when it was answered", () => {
    const answered = question({ status: "answered", answered_at: "2026-11-23T13:32:00Z" });
    expect(story(answered, null, at).sentence).toBe("Answered at 14:32");
  });

  it("says that it was answered in writing where the room never spoke of it", () => {
    const written = question({ status: "answered", answered_at: "2026-11-23T13:32:00Z", answer: "Yes." });
    expect(story(written, null, at).sentence).toBe("Answered in writing");
    expect(story({ ...written, on_air_at: "2026-11-23T13:30:00Z" }, null, at).sentence).toBe("Answered at 14:32");
  });

  it("tells aloud what happened, not how the line moves", () => {
    expect([told("approved", 4).news, told("approved", 5).news]).toEqual(["Approved", "Approved"]);
  });

  it("says why it was not taken, where a reason was given", () => {
    expect(story(question({ status: "not_taken", reason: "Asked already" }), null, at).sentence).toBe("Not taken: Asked already");
    expect(told("not_taken").sentence).toBe("Not taken this time");
    expect(told("not_taken").step).toBeNull();
  });
});

describe("the story of a question that was joined with another", () => {
  const own = question({ id: "q3", status: "merged", into: "q12", mine: true });
  const fate = (...others: ReturnType<typeof question>[]) => {
    const state = room({ questions: [own, ...others] });
    return story(own, null, at, joined(state, own));
  };

  it("is that of the other from then on", () => {
    const ahead = question({ id: "q8", status: "next" });
    expect(fate(ahead, question({ id: "q12" }))).toMatchObject({ step: 1, sentence: "Joined with #12: approved, 2nd in line" });
    expect(fate(question({ id: "q12", status: "next" })).sentence).toBe("Joined with #12: it is next");
    expect(fate(question({ id: "q12", status: "on_air" }))).toMatchObject({ sentence: "Joined with #12: on air now", kind: "on_air" });
    expect(fate(question({ id: "q12", status: "answered", answered_at: "2026-11-23T13:32:00Z" })).sentence).toBe(
      "Joined with #12: answered at 14:32",
    );
  });

  it("names it even where it cannot be seen", () => {
    expect(fate()).toMatchObject({ step: null, sentence: "Joined with #12, which asks the same" });
  });
});
