/**
 * Which key press means which frequent act; none while somebody types or a control would take the key itself.
 *
 * Pure but for looking at the event's target.
 */

export type Act = { kind: "next" | "blank" | "help" } | { kind: "speaker"; index: number };

export function actOf(event: KeyboardEvent): Act | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return null;
  const target = event.target as Element | null;
  if (target?.closest("input, textarea, select, [contenteditable], dialog[open]")) return null;
  if (event.key === "?") return { kind: "help" };
  if (event.key.toLowerCase() === "b") return { kind: "blank" };
  if (/^[1-9]$/.test(event.key)) return { kind: "speaker", index: Number(event.key) - 1 };
  // Enter on a button presses that button.
  if (event.key === "Enter" && !target?.closest("button, a, summary, [role=tab]")) return { kind: "next" };
  return null;
}
