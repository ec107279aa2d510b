/**
 * Which list a moderator looks at, how it stands on the page, and which of its questions is open.
 *
 * Nothing moves under the finger: rows stand as they were laid out until the moderator acts, chooses another list or
 * asks for what is new.
 */
import { TABS, lists, tabOf } from "./desk";
import type { Tab } from "./desk";
import { settled } from "./frozen";
import { byId } from "./questions";
import type { QuestionView, StateView } from "./types";

export class Choosing {
  #state: () => StateView | null;
  /** Who else has it open, if anybody. */
  #busy: (question: QuestionView) => string | null;

  tab = $state<Tab>("waiting");
  text = $state("");
  starred = $state(false);
  /** The ids as they stand on the page. */
  shown = $state.raw<readonly string[]>([]);
  current = $state<string | null>(null);
  /** A finger or the mouse is on the list. */
  touched = $state(false);

  constructor(state: () => StateView | null, busy: (question: QuestionView) => string | null) {
    this.#state = state;
    this.#busy = busy;
  }

  #lists = $derived.by(() => {
    const state = this.#state();
    return state === null ? null : lists(state, { text: this.text, starred: this.starred });
  });
  wanted = $derived(this.#lists?.[this.tab].map((one) => one.id) ?? []);
  tabs = $derived(TABS.map(({ key, label }) => ({ key, label, count: this.#lists?.[key].length ?? 0 })));
  drift = $derived(settled(this.shown, this.wanted));
  searching = $derived(this.text.trim() !== "" || this.starred);

  get question(): QuestionView | null {
    const state = this.#state();
    return state === null ? null : byId(state, this.current);
  }

  /** Lay the list out anew; where what was open is gone, what followed it opens. */
  settle(): void {
    const before = this.shown;
    const at = this.current === null ? -1 : before.indexOf(this.current);
    this.shown = this.wanted;
    if (this.current !== null && this.shown.includes(this.current)) return;
    const followers = [...before.slice(at + 1), ...before.slice(0, Math.max(at, 0)).reverse()];
    this.current = this.#free([...followers.filter((id) => this.shown.includes(id)), ...this.shown]);
  }

  /** Where somebody can work through a list, its first question opens by itself; elsewhere none does. */
  #free(ids: readonly string[]): string | null {
    if (this.tab !== "waiting") return null;
    const state = this.#state();
    const free = (id: string) => {
      const question = state === null ? null : byId(state, id);
      return question !== null && this.#busy(question) === null;
    };
    return ids.find(free) ?? null;
  }

  choose(tab: Tab): void {
    this.tab = tab;
    this.current = null;
    this.shown = [];
    this.settle();
  }

  open(id: string | null): void {
    this.current = id;
  }

  step(by: 1 | -1): void {
    const at = this.current === null ? (by > 0 ? -1 : this.shown.length) : this.shown.indexOf(this.current);
    const to = this.shown[at + by];
    if (to !== undefined) this.current = to;
  }

  /** Whether `id` left the list that is shown since it was laid out: somebody else decided. */
  left(question: QuestionView): boolean {
    return tabOf(question.status) !== this.tab;
  }
}
