import { describe, expect, it } from "vitest";

import { actWords, actorWords, changedWords, detailWords } from "./log";
import type { LogLine } from "./types";

const line = (changes: Partial<LogLine> = {}): LogLine => ({
  seq: 9,
  at: "2026-11-23T12:00:00Z",
  actor: "moderator:Ada",
  act: "question.approved",
  question: 14,
  before: "waiting",
  after: "approved",
  detail: null,
  ...changes,
});

describe("the log", () => {
  it("names who has a name, and never shows a pseudonym", () => {
    const actors = ["moderator:Ada", "operator:X7fA-0qWeRtY_uiO", "moderator:i-X7fA0qWeRtYuiOpA", "asker", "system"];
    expect(actors.map(actorWords)).toEqual(["Ada", "The operator", "A moderator", "The asker", "The clock"]);
    expect(actorWords("moderator:Maximilianmuster")).toBe("Maximilianmuster");
    expect(actorWords("moderator:Ada: the first")).toBe("Ada: the first");
  });

  it("says what was done, also where that is new to this page", () => {
    expect([line(), line({ act: "question.put_back" }), line({ act: "question.made_bold" })].map(actWords)).toEqual([
      "approved it", "put it back in the line", "made bold",
    ]);
  });

  it("tells numbers, not ids, and no pseudonym of a banned asker", () => {
    expect(detailWords(line({ detail: "into q12" }))).toBe("into #12");
    expect(detailWords(line({ act: "asker.banned", detail: "Xy7" }))).toBeNull();
    expect(detailWords(line({ detail: "Not clear" }))).toBe("Not clear");
  });

  it("tells who was faster, and what is so now", () => {
    expect(changedWords(line())).toBe("Changed meanwhile by Ada: it is approved now.");
    const edited = line({ act: "question.edited", after: "waiting", actor: "operator:X7fA-0qWeRtY_uiO" });
    expect(changedWords(edited)).toBe("Changed meanwhile by the operator: it has new words.");
    expect(changedWords(line({ after: "withdrawn", actor: "asker" }))).toBe(
      "Changed meanwhile by the asker: its asker took it back.",
    );
    expect(changedWords(undefined)).toBe("Changed meanwhile: look at it again.");
  });
});
