import { describe, expect, it } from "vitest";

import { question, room } from "./given";
import { apply } from "./state";
import type { Held } from "./state";
import type { Change, Message, VotesMessage, VotesView } from "./types";

const held = (...ids: string[]): Held => ({ seq: 7, role: "viewer", state: room({ questions: ids.map((id) => question({ id })) }) });
const message = (seq: number, data: Change): Message => ({ seq, kind: "question.asked", at: "2026-11-23T10:00:00Z", data });
const votes = (seq: number, ...changes: VotesView[]): VotesMessage => ({
  seq,
  kind: "votes",
  at: "2026-11-23T10:00:00Z",
  data: { votes: changes },
});
const ids = (after: Held) => after.state.questions.map((one) => one.id);

describe("apply", () => {
  it("puts a new question before the one that is named", () => {
    const after = apply(held("q1", "q2"), message(8, { id: "q3", question: question({ id: "q3" }), before: "q2" }));
    expect(ids(after)).toEqual(["q1", "q3", "q2"]);
    expect(after.seq).toBe(8);
  });

  it("puts a question at the end where none is named", () => {
    const after = apply(held("q1", "q2"), message(8, { id: "q1", question: question({ id: "q1" }), before: null }));
    expect(ids(after)).toEqual(["q2", "q1"]);
  });

  it("moves a question that changed and keeps it once", () => {
    const after = apply(held("q1", "q2", "q3"), message(8, { id: "q3", question: question({ id: "q3", votes: 4 }), before: "q1" }));
    expect(ids(after)).toEqual(["q3", "q1", "q2"]);
    expect(after.state.questions[0]?.votes).toBe(4);
  });

  it("removes a question that is gone from sight", () => {
    expect(ids(apply(held("q1", "q2"), message(8, { id: "q1", question: null, before: null })))).toEqual(["q2"]);
  });

  it("replaces members of the state by name and leaves the others as they were", () => {
    const before = held("q1");
    const after = apply(before, message(8, { set: { on_air: "q1" } }));
    expect(after.state.on_air).toBe("q1");
    expect(after.state.questions).toBe(before.state.questions);
  });

  it("applies nothing twice", () => {
    const before = held("q1");
    expect(apply(before, message(7, { set: { on_air: "q1" } }))).toBe(before);
    expect(apply(before, message(3, { id: "q1", question: null }))).toBe(before);
  });

  it("counts on over a message that changes nothing here", () => {
    expect(apply(held("q1"), message(12, {})).seq).toBe(12);
  });

  it("keeps what is one's own where a change was made for everybody", () => {
    const before: Held = { ...held(), state: room({ questions: [question({ id: "q1", mine: true, voted: true })] }) };
    const after = apply(before, message(8, { id: "q1", question: question({ id: "q1", votes: 3 }), before: null }));
    expect(after.state.questions[0]).toMatchObject({ mine: true, voted: true, votes: 3 });
  });

  it("takes a vote back when told so, and holds false as absent, as a snapshot does", () => {
    const before: Held = { ...held(), state: room({ questions: [question({ id: "q1", voted: true })] }) };
    const after = apply(before, message(8, { id: "q1", question: question({ id: "q1", voted: false }), before: null }));
    expect(after.state.questions).toEqual([question({ id: "q1" })]);
  });

  it("starts anew from a snapshot, even an older one: the journal may be another", () => {
    const fresh = { kind: "snapshot", seq: 2, role: "operator", state: room({ on_air: "q9" }) } as const;
    expect(apply(held("q1"), fresh)).toEqual({ seq: 2, role: "operator", state: fresh.state });
  });

  it("takes gathered votes from the last in line to the first, each before the one that follows it", () => {
    // q3 and q4 passed q1 and q2; q2 fell behind q1.
    const after = apply(
      held("q1", "q2", "q3", "q4"),
      votes(
        9,
        { id: "q2", votes: 1, before: null },
        { id: "q4", votes: 5, before: "q1" },
        { id: "q3", votes: 6, before: "q4" },
      ),
    );
    expect(ids(after)).toEqual(["q3", "q4", "q1", "q2"]);
    expect(after.state.questions.map((one) => one.votes)).toEqual([6, 5, 0, 1]);
    expect(after.seq).toBe(9);
  });

  it("learns of one's own vote, and keeps it where only others voted", () => {
    const before: Held = { ...held(), state: room({ questions: [question({ id: "q1", mine: true })] }) };
    const own = apply(before, votes(8, { id: "q1", votes: 1, before: null, voted: true }));
    const others = apply(own, votes(9, { id: "q1", votes: 2, before: null }));
    expect(others.state.questions).toEqual([question({ id: "q1", votes: 2, mine: true, voted: true })]);
    const back = apply(others, votes(10, { id: "q1", votes: 1, before: null, voted: false }));
    expect(back.state.questions).toEqual([question({ id: "q1", votes: 1, mine: true })]);
  });

  it("counts no votes twice, and none of a question it does not see", () => {
    const before = held("q1");
    expect(apply(before, votes(7, { id: "q1", votes: 3, before: null }))).toBe(before);
    expect(apply(before, votes(8, { id: "q9", votes: 3, before: null })).state).toEqual(before.state);
  });
});
