/**
 * The keys of each page.
 */
import { TABS } from "./desk";
import type { Tab } from "./desk";
import type { Key } from "./keys";

export type OperatorAct = { kind: "next" | "blank" | "help" } | { kind: "speaker"; index: number };

export const OPERATOR: readonly Key<OperatorAct>[] = [
  {
    on: ["Enter"],
    shown: "⏎",
    does: "Next: the question on air is answered, the next one goes on air",
    act: { kind: "next" },
  },
  { on: ["b", "Shift+b"], shown: "B", does: "Blank the programme, or show the room again", act: { kind: "blank" } },
  {
    on: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    shown: "1 – 9",
    does: "This person is speaking",
    act: (index) => ({ kind: "speaker", index }),
  },
  { on: ["?"], shown: "?", does: "This list", act: { kind: "help" } },
];

export type Sheet = "reject" | "edit" | "answer" | "tags" | "merge" | "more" | "history" | "ban";
export type Open = Sheet | "asking" | "add" | "log" | "menu" | "help";
export type DeskAct =
  | { kind: "step"; by: 1 | -1 }
  | { kind: "approve" | "restore" | "close" | "star" | "undo" | "redo" | "search" | "add" | "log" | "asking" | "help" }
  | { kind: "sheet"; sheet: Sheet }
  | { kind: "move"; by: 1 | -1 }
  | { kind: "tab"; tab: Tab };

const sheet = (on: string, does: string, opens: Sheet): Key<DeskAct> => ({
  on: [on],
  shown: on.toUpperCase(),
  does,
  act: { kind: "sheet", sheet: opens },
});

export const MODERATE: readonly Key<DeskAct>[] = [
  { on: ["j", "ArrowDown"], shown: "J ↓", does: "The next question", act: { kind: "step", by: 1 }, held: true },
  { on: ["k", "ArrowUp"], shown: "K ↑", does: "The one before", act: { kind: "step", by: -1 }, held: true },
  { on: ["Escape"], shown: "Esc", does: "Close the question", act: { kind: "close" } },
  { on: ["a"], shown: "A", does: "Approve", act: { kind: "approve" } },
  sheet("x", "Don't take, with a reason", "reject"),
  { on: ["r"], shown: "R", does: "Restore: let it wait again", act: { kind: "restore" } },
  sheet("e", "Edit the words", "edit"),
  sheet("w", "Write an answer", "answer"),
  sheet("t", "Tags", "tags"),
  { on: ["s"], shown: "S", does: "Star, for moderators only", act: { kind: "star" } },
  sheet("m", "Merge into another", "merge"),
  { on: ["[", "Shift+k"], shown: "[", does: "Move up in the line", act: { kind: "move", by: -1 } },
  { on: ["]", "Shift+j"], shown: "]", does: "Move down in the line", act: { kind: "move", by: 1 } },
  sheet("b", "Take no more from this person", "ban"),
  sheet("h", "Its history", "history"),
  { on: ["u"], shown: "U", does: "Undo the last act", act: { kind: "undo" } },
  { on: ["Shift+u"], shown: "⇧ U", does: "Do it again", act: { kind: "redo" } },
  { on: ["/"], shown: "/", does: "Search", act: { kind: "search" } },
  { on: ["n"], shown: "N", does: "Add a question for somebody", act: { kind: "add" } },
  { on: ["o"], shown: "O", does: "Open or close questions", act: { kind: "asking" } },
  { on: ["l"], shown: "L", does: "The log of everything", act: { kind: "log" } },
  {
    on: ["1", "2", "3", "4"],
    shown: "1 – 4",
    does: TABS.map((tab) => tab.label).join(", "),
    act: (index) => ({ kind: "tab", tab: TABS[index]?.key ?? "waiting" }),
  },
  { on: ["?"], shown: "?", does: "This list", act: { kind: "help" } },
];
