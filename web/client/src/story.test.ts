import { describe, expect, it } from "vitest";

import { question } from "./given";
import { story } from "./story";
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

  it("says why it was not taken, where a reason was given", () => {
    expect(story(question({ status: "not_taken", reason: "Asked already" }), null, at).sentence).toBe("Not taken: Asked already");
    expect(told("not_taken").sentence).toBe("Not taken this time");
    expect(told("not_taken").step).toBeNull();
  });
});
