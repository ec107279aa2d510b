import { describe, expect, it } from "vitest";

import { settled, staleWords } from "./frozen";

describe("a list that stands still", () => {
  it("is settled while nothing changed", () => {
    expect(settled(["q1", "q2"], ["q1", "q2"])).toEqual({ fresh: 0, gone: 0, stale: false });
  });

  it("counts what is new", () => {
    expect(settled(["q1"], ["q3", "q1", "q2"])).toEqual({ fresh: 2, gone: 0, stale: true });
  });

  it("knows that the order changed though nothing is new", () => {
    expect(settled(["q1", "q2"], ["q2", "q1"])).toEqual({ fresh: 0, gone: 0, stale: true });
  });

  it("knows that something left", () => {
    expect(settled(["q1", "q2"], ["q2"])).toEqual({ fresh: 0, gone: 1, stale: true });
  });

  it("says on its button what happened, the new first", () => {
    const words = (shown: string[], wanted: string[]) => staleWords(settled(shown, wanted));
    expect([words(["q1"], ["q2"]), words(["q1", "q2"], ["q2"]), words(["q1", "q2"], ["q2", "q1"])]).toEqual(["1 new", "1 gone", "New order"]);
  });
});
