/**
 * EDGE: put a page into its document.
 */
import "../ground.css";

import { mount } from "svelte";
import type { Component } from "svelte";

export function open(page: Component): void {
  const target = document.getElementById("page");
  if (target === null) throw new Error("the document has no element with the id page");
  // Before what the service painted there: that stands until the page has something newer to show.
  const anchor = new Text();
  target.prepend(anchor);
  mount(page, { target, anchor });
}
