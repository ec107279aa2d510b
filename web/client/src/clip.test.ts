import { describe, expect, it } from "vitest";

import { isClip } from "./clip";

const here = "https://room.example/";

describe("a link to an answer", () => {
  it.each([
    ["/clips/q3.mp4", true],
    ["https://room.example/clips/q3.mp4?t=4#t=10", true],
    ["/clips/Q3.MP4", true],
    ["https://elsewhere.example/q3.mp4", false],
    ["https://youtu.be/abc?t=4127", false],
    ["/clips/q3.mp4/more", false],
    ["https://", false],
  ])("%s is a clip of this page: %s", (link, expected) => expect(isClip(link, here)).toBe(expected));
});
