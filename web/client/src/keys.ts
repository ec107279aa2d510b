/**
 * Which key press means which act: a page brings its table, which is also what it shows for help. None means anything
 * while somebody types, while a dialog is open, or where a control would take the key itself.
 *
 * Pure but for looking at the event's target.
 */

export interface Key<Act> {
  /** As the browser names them, letters in lower case; "Shift+u" for the letter with Shift. */
  readonly on: readonly string[];
  /** As the help shows them. */
  readonly shown: string;
  readonly does: string;
  /** What it means; of several keys, by the index of the one that was pressed. */
  readonly act: Act | ((index: number) => Act);
  /** Does it again and again while it is held down. */
  readonly held?: boolean;
}

export function actOf<Act>(event: KeyboardEvent, keys: readonly Key<Act>[]): Act | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.target as Element | null;
  if (target?.closest("input, textarea, select, [contenteditable], dialog[open]")) return null;
  // Enter on a button presses that button.
  if (event.key === "Enter" && target?.closest("button, a, summary, [role=tab]")) return null;
  const letter = /^\p{L}$/u.test(event.key);
  const pressed = letter ? `${event.shiftKey ? "Shift+" : ""}${event.key.toLowerCase()}` : event.key;
  const key = keys.find((one) => one.on.includes(pressed));
  if (key === undefined || (event.repeat && key.held !== true)) return null;
  return typeof key.act === "function" ? (key.act as (index: number) => Act)(key.on.indexOf(pressed)) : key.act;
}
