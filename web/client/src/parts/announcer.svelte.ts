/**
 * What the live region says. Any part may announce; `Announcer.svelte`, once a page, holds the region.
 */
let sentence = $state("");
let turn = false;
let said = -Infinity;

/** What is announced within this time of another, in milliseconds, is told with it: a region tells only its last words. */
const TOGETHER_MS = 150;

/** Say `words` to those who listen to the page; the same words twice are said twice. */
export function announce(words: string): void {
  // A no-break space makes the text differ, without which a repeated sentence would stay unsaid.
  turn = !turn;
  const together = performance.now() - said < TOGETHER_MS ? `${sentence.trim()} ${words}` : words;
  said = performance.now();
  sentence = turn ? together : `${together}\u00a0`;
}

export function announced(): string {
  return sentence;
}
