/**
 * What the live region says. Any part may announce; `Announcer.svelte`, once a page, holds the region.
 */
let sentence = $state("");
let turn = false;

/** Say `words` to those who listen to the page; the same words twice are said twice. */
export function announce(words: string): void {
  // A no-break space makes the text differ, without which a repeated sentence would stay unsaid.
  turn = !turn;
  sentence = turn ? words : `${words}\u00a0`;
}

export function announced(): string {
  return sentence;
}
