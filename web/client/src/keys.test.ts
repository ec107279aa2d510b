import { describe, expect, it } from "vitest";

import { MODERATE, OPERATOR } from "./keymaps";
import { actOf } from "./keys";

const press = (key: string, inside: string | null = null, more: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key,
    target: { closest: (selector: string) => (inside !== null && selector.split(", ").includes(inside) ? {} : null) },
    ...more,
  }) as unknown as KeyboardEvent;

const operator = (event: KeyboardEvent) => actOf(event, OPERATOR);
const moderator = (event: KeyboardEvent) => actOf(event, MODERATE);

describe("keys", () => {
  it("mean the operator's frequent acts", () => {
    expect(operator(press("Enter"))).toEqual({ kind: "next" });
    expect(operator(press("b"))).toEqual({ kind: "blank" });
    expect(operator(press("B", null, { shiftKey: true }))).toEqual({ kind: "blank" });
    expect(operator(press("?"))).toEqual({ kind: "help" });
    expect(operator(press("3"))).toEqual({ kind: "speaker", index: 2 });
  });

  it("mean all that a moderator does", () => {
    expect(moderator(press("a"))).toEqual({ kind: "approve" });
    expect(moderator(press("x"))).toEqual({ kind: "sheet", sheet: "reject" });
    expect(moderator(press("u"))).toEqual({ kind: "undo" });
    expect(moderator(press("U", null, { shiftKey: true }))).toEqual({ kind: "redo" });
    expect(moderator(press("ArrowDown"))).toEqual(moderator(press("j")));
    expect(moderator(press("4"))).toEqual({ kind: "tab", tab: "aside" });
    expect(moderator(press("g"))).toBeNull();
  });

  it("never mean two things on one page", () => {
    for (const keys of [OPERATOR, MODERATE]) {
      const all = keys.flatMap((key) => key.on);
      expect(all).toEqual([...new Set(all)]);
    }
  });

  it("mean nothing while somebody types or a dialog is open", () => {
    for (const inside of ["input", "textarea", "dialog[open]"]) {
      const typed = [press("b", inside), press("Enter", inside), press("1", inside)];
      expect(typed.map(operator)).toEqual([null, null, null]);
      expect(typed.map(moderator)).toEqual([null, null, null]);
    }
  });

  it("leave Enter to the control that has the focus", () => {
    expect(operator(press("Enter", "button"))).toBeNull();
    expect(operator(press("b", "button"))).toEqual({ kind: "blank" });
  });

  it("mean nothing with a modifier, when held down, and when they are no key of ours", () => {
    expect(operator(press("b", null, { ctrlKey: true }))).toBeNull();
    expect(operator(press("Enter", null, { repeat: true }))).toBeNull();
    expect(operator(press("x"))).toBeNull();
    expect(operator(press("0"))).toBeNull();
  });

  it("go on while held down only where that does no harm", () => {
    expect(moderator(press("j", null, { repeat: true }))).toEqual({ kind: "step", by: 1 });
    expect(moderator(press("a", null, { repeat: true }))).toBeNull();
  });
});
