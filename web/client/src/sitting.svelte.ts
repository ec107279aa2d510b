/**
 * EDGE: one moderator at the desk: which question and which sheet are open, and what each press does.
 *
 * Made once at the page's root; buttons, swipes and keys all end here.
 */
import { tick, untrack } from "svelte";

import { Choosing } from "./choosing.svelte";
import { Claims } from "./claims.svelte";
import { may, openElsewhere, standsNow } from "./desk";
import type { Deed } from "./desk";
import type { DeskAct, Open, Sheet } from "./keymaps";
import { Moderating } from "./moderating.svelte";
import { announce } from "./parts/announcer.svelte";
import { byId } from "./questions";
import { follower, stepped } from "./reorder";
import { LiveRoom } from "./room.svelte";
import type { Side } from "./swipe";
import type { QuestionView } from "./types";

/** What a question must allow for its sheet to be of use. */
const NEEDS: Partial<Record<Sheet, Deed>> = { reject: "reject", edit: "edit", answer: "answer", merge: "merge" };

export class Sitting {
  readonly live = new LiveRoom();
  readonly desk = new Moderating(this.live);
  readonly claims = new Claims();
  readonly elsewhere = (question: QuestionView) => openElsewhere(question, this.claims.mine, this.live.now);
  readonly choosing = new Choosing(() => this.live.state, this.elsewhere);
  open = $state<Open | null>(null);
  searching = $state(false);
  /** Moves under way: the list stands as the hand put it until the last has arrived. */
  #moving = 0;

  moderates = $derived(this.live.role === "moderator" || this.live.role === "operator");
  question = $derived(this.choosing.question);
  /** What became of the open question since the list was laid out; null: nothing. */
  gone = $derived(this.question !== null && this.choosing.left(this.question) ? standsNow(this.question.status) : null);
  /** The line as it stands on the page; what is on air or next is not moved. */
  line = $derived(
    this.choosing.tab !== "approved" || this.choosing.searching
      ? []
      : this.choosing.shown.filter((id) => this.#one(id)?.status === "approved"),
  );
  movable = $derived.by(() => {
    const id = this.question?.id;
    if (id === undefined || !this.line.includes(id)) return null;
    return { up: this.line[0] !== id, down: this.line.at(-1) !== id };
  });

  constructor() {
    // Nothing moves under the finger, nor while a question is open; else the list is always as the room has it.
    $effect(() => {
      void this.choosing.wanted;
      const still = this.choosing.touched || this.choosing.current !== null || this.open !== null;
      if (!still) untrack(() => this.choosing.settle());
    });
    $effect(() => {
      void [this.choosing.text, this.choosing.starred];
      untrack(() => this.choosing.settle());
    });
    $effect(() => {
      const one = this.moderates ? this.question : null;
      this.claims.hold(one?.id ?? null, one !== null && this.elsewhere(one) !== null);
    });
    $effect(() => () => {
      this.claims.leave();
      this.live.close();
    });
  }

  approve = async (): Promise<boolean> => {
    const one = this.question;
    return one !== null && may("approve", one) && (await this.#done(this.desk.approve(one)));
  };
  reject = (one: QuestionView, reason: string | null) => void this.#done(this.desk.reject(one, reason));
  restore = (): void => {
    if (this.question !== null && may("restore", this.question)) void this.#done(this.desk.restore(this.question));
  };
  star = (): void => {
    if (this.question !== null) void this.#done(this.desk.star(this.question));
  };
  ban = (banned: boolean): void => {
    const one = this.question;
    if (one !== null) void this.#done(this.desk.ban(one.desk?.person ?? "", one.name, banned));
  };
  merge = async (one: QuestionView, into: QuestionView): Promise<void> => {
    await this.#done(this.desk.said("Not merged.", this.desk.merge(one, into)));
  };

  turn = async (way: "undo" | "redo"): Promise<void> => {
    const entry = await this.desk[way]();
    if (entry === null) return;
    this.choosing.settle();
    // What came back is what one wants to see.
    if (entry.kind === "question" && this.choosing.shown.includes(entry.id)) this.choosing.open(entry.id);
  };

  order = async (id: string, ids: readonly string[]): Promise<void> => {
    const one = this.#one(id);
    if (one === null) return;
    this.choosing.shown = [...this.choosing.shown.filter((other) => !ids.includes(other)), ...ids];
    this.#moving += 1;
    await this.desk.move(one, follower(ids, id));
    this.#moving -= 1;
    if (this.#moving === 0) this.choosing.settle();
  };

  move = (by: 1 | -1): void => {
    const id = this.question?.id;
    const ids = id === undefined ? null : stepped(this.line, id, by);
    if (id !== undefined && ids !== null) void this.order(id, ids);
  };

  /** To the left a reason is asked for first: the card comes back meanwhile. */
  swipe = async (side: Side): Promise<boolean> => {
    if (side === "right") return this.approve();
    this.show("reject");
    return false;
  };

  show = (sheet: Sheet): void => {
    const needs = NEEDS[sheet];
    if (this.question === null) announce("Open a question first.");
    else if (needs !== undefined && !may(needs, this.question)) announce(`Not possible: ${standsNow(this.question.status)}.`);
    else this.open = sheet;
  };

  async step(by: 1 | -1): Promise<void> {
    this.choosing.step(by);
    await tick();
    document.querySelector(`[data-id="${this.choosing.current}"]`)?.scrollIntoView({ block: "nearest" });
    if (this.question) announce(`#${this.question.number}: ${this.question.text}`);
  }

  does(act: DeskAct): void {
    switch (act.kind) {
      case "step":
        return void this.step(act.by);
      case "sheet":
        return this.show(act.sheet);
      case "tab":
        return this.choosing.choose(act.tab);
      case "move":
        return this.move(act.by);
      case "approve":
        return void this.approve();
      case "restore":
        return this.restore();
      case "close":
        // Of what waits one is open always.
        if (this.choosing.tab !== "waiting") this.choosing.open(null);
        return;
      case "star":
        return this.star();
      case "undo":
      case "redo":
        return void this.turn(act.kind);
      case "search":
        this.searching = true;
        return;
      default:
        this.open = act.kind;
    }
  }

  #one(id: string): QuestionView | null {
    return this.live.state === null ? null : byId(this.live.state, id);
  }

  async #done(act: Promise<boolean>): Promise<boolean> {
    const was = await act;
    if (was) this.choosing.settle();
    return was;
  }
}
