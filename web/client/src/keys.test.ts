import { describe, expect, it } from "vitest";

import { actOf } from "./keys";

const press = (key: string, inside: string | null = null, more: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key,
    target: { closest: (selector: string) => (inside !== null && selector.split(", ").includes(inside) ? {} : null) },
    ...more,
  }) as unknown as KeyboardEvent;

describe("keys", () => {
  it("mean the frequent acts", () => {
    expect(actOf(press("Enter"))).toEqual({ kind: "next" });
    expect(actOf(press("b"))).toEqual({ kind: "blank" });
    expect(actOf(press("B"))).toEqual({ kind: "blank" });
    expect(actOf(press("?"))).toEqual({ kind: "help" });
    expect(actOf(press("3"))).toEqual({ kind: "speaker", index: 2 });
  });

  it("mean nothing while somebody types or a dialog is open", () => {
    for (const inside of ["input", "textarea", "dialog[open]"]) {
      expect([press("b", inside), press("Enter", inside), press("1", inside)].map(actOf)).toEqual([null, null, null]);
    }
  });

  it("leave Enter to the control that has the focus", () => {
    expect(actOf(press("Enter", "button"))).toBeNull();
    expect(actOf(press("b", "button"))).toEqual({ kind: "blank" });
  });

  it("mean nothing with a modifier, when held down, and when they are no key of ours", () => {
    expect(actOf(press("b", null, { ctrlKey: true }))).toBeNull();
    expect(actOf(press("Enter", null, { repeat: true }))).toBeNull();
    expect(actOf(press("x"))).toBeNull();
    expect(actOf(press("0"))).toBeNull();
  });
});
