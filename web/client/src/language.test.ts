import { describe, expect, it } from "vitest";

import { language, pieces } from "./language";

describe("the language of a text", () => {
  it.each([
    ["Why does batch norm work?", null],
    ["لماذا لا تتقارب الشبكات؟", "ar"],
    ["چرا شبکه‌ها همگرا نمی‌شوند؟", "fa"],
    ["למה זה עובד?", "he"],
    ["Почему это работает?", "ru"],
    ["Чому це працює? Їх багато.", "uk"],
    ["Γιατί λειτουργεί;", "el"],
    ["यह क्यों काम करता है?", "hi"],
    ["왜 작동합니까?", "ko"],
    ["なぜ動くのですか。", "ja"],
    ["為什麼生成對抗網路這麼難訓練?", "zh"],
    ["生成対抗ネットワークの訓練", "ja"],
    ["Was heißt 漢字 hier, und warum?", null],
    ["ما هو GAN؟ ولماذا يستخدم؟", "ar"],
    ["🤖 42 ?!", null],
    ["", null],
  ])("of %j is %s", (text, expected) => expect(language(text)).toBe(expected));
});

describe("pieces to be read", () => {
  it("leave a short text whole", () => {
    expect(pieces("Why? Because.")).toEqual(["Why? Because."]);
  });

  it("are cut between sentences, then between words, then anywhere", () => {
    expect(pieces("One two three. Four five six.", 20)).toEqual(["One two three.", "Four five six."]);
    expect(pieces("one two three four", 9)).toEqual(["one two", "three", "four"]);
    expect(pieces("漢".repeat(25), 10).map((one) => one.length)).toEqual([10, 10, 5]);
  });

  it("lose nothing and have nothing empty", () => {
    const text = "Is there a principled way to tell mode collapse from overfitting? ".repeat(7).trim();
    expect(pieces(text).join(" ")).toBe(text);
    expect(pieces("  \n ")).toEqual([]);
  });
});
