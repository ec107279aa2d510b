import { describe, expect, it } from "vitest";

import { desk, question, room } from "./given";
import type { Done, History } from "./undoing";
import { NOTHING, did, dropped, reachable, redid, undid } from "./undoing";

const act = (id: string, rev: number, words = `${id} at ${rev}`): Done => ({ kind: "question", id, rev, words });
const at = (revs: Record<string, number>) =>
  room({ questions: Object.entries(revs).map(([id, rev]) => question({ id, desk: desk({ rev }) })) });
const words = (history: History) => history.done.map((one) => one.words);

describe("the history of one's acts", () => {
  it("takes back the last first, and does it again", () => {
    let history = did(did(NOTHING, act("q1", 1), 0), act("q2", 5), 4);
    history = undid(history, 6);
    expect([words(history), reachable(history, "undone", at({ q2: 6 }))?.words]).toEqual([["q1 at 1"], "q2 at 5"]);
    history = redid(history, 7);
    expect([words(history), history.undone]).toEqual([["q1 at 1", "q2 at 5"], []]);
    expect(reachable(history, "done", at({ q2: 7 }))?.words).toBe("q2 at 5");
  });

  it("reaches through several acts on one question", () => {
    let history = did(did(NOTHING, act("q1", 1, "edited"), 0), act("q1", 2, "approved"), 1);
    history = undid(history, 3);
    expect(reachable(history, "done", at({ q1: 3 }))?.words).toBe("edited");
    history = undid(history, 4);
    expect(reachable(history, "undone", at({ q1: 4 }))?.words).toBe("edited");
    history = redid(redid(history, 5), 6);
    expect(reachable(history, "done", at({ q1: 6 }))?.words).toBe("approved");
  });

  it("never takes back what somebody else did since", () => {
    let history = did(NOTHING, act("q1", 1, "edited"), 0);
    expect(reachable(history, "done", at({ q1: 2 }))).toBeNull();
    // One acts again after them: only the own last act can be taken back, not the one before theirs.
    history = did(history, act("q1", 3, "approved"), 2);
    expect(reachable(history, "done", at({ q1: 3 }))?.words).toBe("approved");
    history = undid(history, 4);
    expect(reachable(history, "done", at({ q1: 4 }))).toBeNull();
    expect(dropped(history, "done").done).toEqual([]);
  });

  it("forgets what could be done again as soon as something else is done", () => {
    const history = undid(did(NOTHING, act("q1", 1), 0), 2);
    expect(did(history, act("q2", 1), 0).undone).toEqual([]);
  });

  it("holds bans and settings too, which no question's state stops", () => {
    const ban: Done = { kind: "ban", person: "p1", banned: true, words: "banned" };
    expect(reachable(did(NOTHING, ban), "done", room())).toEqual(ban);
    expect(undid(NOTHING, 1)).toBe(NOTHING);
    expect(redid(NOTHING, 1)).toBe(NOTHING);
  });
});
