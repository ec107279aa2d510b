import { describe, expect, it } from "vitest";

import { overlayOptions } from "./options";

describe("the overlay's address", () => {
  it("says nothing by itself", () => {
    expect(overlayOptions("")).toEqual({ position: "bottom", scale: 1, lowerThird: false });
  });

  it("says where, how large and whether the speaker is named", () => {
    expect(overlayOptions("?position=top&scale=1.2&lower-third=1")).toEqual({ position: "top", scale: 1.2, lowerThird: true });
  });

  it("is overlooked where it is wrong, and kept within what can be read", () => {
    expect(overlayOptions("?position=left&scale=huge&lower-third=no")).toEqual(overlayOptions(""));
    expect([overlayOptions("?scale=9").scale, overlayOptions("?scale=0.1").scale, overlayOptions("?scale=-1").scale]).toEqual([2, 0.5, 1]);
  });
});
