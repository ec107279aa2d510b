/**
 * EDGE: what moderators do, each act with the state of the question they saw, and the way back from it.
 *
 * Every act says whether it was done. Where somebody else was faster, it says who and what is so now.
 */
import * as api from "./api";
import { before } from "./askingRules";
import { changedWords } from "./log";
import { announce } from "./parts/announcer.svelte";
import { toast } from "./parts/toasts.svelte";
import type { LiveRoom } from "./room.svelte";
import type { AskRequest, AskingRequest, QuestionView } from "./types";
import { NOTHING, did, dropped, reachable, redid, undid } from "./undoing";
import type { Done, History } from "./undoing";

/** `words` say why it was not done. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly words: string };

/** How long the way back stands out, in milliseconds. */
const STANDS_MS = 10_000;

export class Moderating {
  #live: LiveRoom;
  #history = $state.raw<History>(NOTHING);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** One act at a time, in the order of the presses: a quick hand loses none. */
  #queue: Promise<unknown> = Promise.resolve();
  /** What the last act did to the rev of its question: who pressed twice saw what the first press would do. */
  #own: { id: string; from: number; to: number } | null = null;
  /** What was just done or taken back, and whether it can be taken back or done again. */
  just = $state.raw<{ words: string; way: "undo" | "redo" } | null>(null);
  /** An act is under way. */
  busy = $state(false);

  constructor(live: LiveRoom) {
    this.#live = live;
  }

  /** What Undo would take back now. */
  get last(): Done | null {
    return this.#live.state === null ? null : reachable(this.#history, "done", this.#live.state);
  }

  /** What Redo would do again now. */
  get undone(): Done | null {
    return this.#live.state === null ? null : reachable(this.#history, "undone", this.#live.state);
  }

  // Acts on a question -------------------------------------------------------------------------------------------------

  approve = (one: QuestionView) => this.said("Not approved.", this.#act(one, "approve", "approved"));
  reject = (one: QuestionView, reason: string | null) =>
    this.said("Not set aside.", this.#act(one, "reject", "not taken", { reason }));
  restore = (one: QuestionView) => this.said("Not restored.", this.#act(one, "restore", "waits again"));
  move = (one: QuestionView, before: string | null) =>
    this.said("Not moved.", this.#act(one, "move", "moved", { before }));
  star = (one: QuestionView) => {
    const [act, told] = one.desk?.starred ? (["unstar", "has no star"] as const) : (["star", "has a star"] as const);
    return this.said("Not changed.", this.#act(one, act, told));
  };
  merge = (one: QuestionView, into: QuestionView) =>
    this.#act(one, "merge", `merged into #${into.number}`, { into: into.id });
  edit = (one: QuestionView, text: string) => this.#act(one, "edit", "has new words", { text });
  answer = (one: QuestionView, text: string) =>
    this.#act(one, "answer", text.trim() === "" ? "has no written answer" : "answered in writing", { text });
  tag = (one: QuestionView, tags: readonly string[]) => this.#act(one, "tags", "has other tags", { tags });

  /** `one` is the question as it was seen; nothing is done where it was changed since. */
  async #act(one: QuestionView, act: api.Moderation, told: string, body?: unknown): Promise<Outcome> {
    return this.#do(one.id, async () => {
      const own = this.#own;
      const shown = one.desk?.rev ?? 0;
      const seen = own !== null && own.id === one.id && own.from <= shown && shown < own.to ? own.to : shown;
      const answer = await api.moderate(one.id, act, seen, body);
      const rev = answer.rev ?? seen;
      await this.#arrived(one.id, rev);
      // The service does nothing where it is so already; then there is nothing to take back.
      if (rev === seen) announce(`#${one.number}: nothing to change.`);
      else this.#owned(one.id, seen, rev);
      if (rev !== seen) this.#did({ kind: "question", id: one.id, rev, words: `#${one.number} ${told}` }, seen);
    });
  }

  // Acts on people, and on asking --------------------------------------------------------------------------------------

  ban = (person: string, name: string | null, banned: boolean): Promise<boolean> => {
    const words = banned ? `No more from ${name ?? "this person"}` : `${name ?? "This person"} may ask again`;
    return this.said(
      banned ? "Not banned." : "Still banned.",
      this.#do(null, async () => {
        await this.#setBanned(person, banned);
        this.#did({ kind: "ban", person, banned, words });
      }),
    );
  };

  asking = (change: AskingRequest, words: string): Promise<boolean> =>
    this.said(
      "Not changed.",
      this.#do(null, async () => {
        const asking = this.#live.state?.asking;
        await this.#setAsking(change);
        if (asking) this.#did({ kind: "asking", before: before(asking, change, this.#live.now), after: change, words });
      }),
    );

  add = (body: AskRequest): Promise<Outcome> =>
    this.#do(null, async () => {
      const { id, number, rev = 0 } = await api.ask(body);
      await this.#arrived(id, rev);
      this.#did({ kind: "question", id, rev, words: `#${number} added and approved`, added: true });
    });

  // The way back -------------------------------------------------------------------------------------------------------

  /** Return what was taken back, null where nothing was. */
  undo = (): Promise<Done | null> => this.#turn("done", "undo", "Not undone.");
  redo = (): Promise<Done | null> => this.#turn("undone", "redo", "Not done again.");

  async #turn(which: keyof History, way: "undo" | "redo", failed: string): Promise<Done | null> {
    let entry: Done | null = null;
    const turning = this.#do(null, async () => {
      entry = which === "done" ? this.last : this.undone;
      if (entry === null) return announce(which === "done" ? "Nothing to undo." : "Nothing to do again.");
      const rev = await this.#turned(entry, way);
      this.#history = which === "done" ? undid(this.#history, rev) : redid(this.#history, rev);
      this.#tell(which === "done" ? `Undone: ${entry.words}` : entry.words, which === "done" ? "redo" : "undo");
    });
    if (await this.said(failed, turning)) return entry;
    // Once refused, it will be refused again: the one before is in reach instead.
    this.#history = dropped(this.#history, which);
    return null;
  }

  /** Take `entry` back, or do it again; the question's rev after that, null where it is about none. */
  async #turned(entry: Done, way: "undo" | "redo"): Promise<number | null> {
    switch (entry.kind) {
      case "question": {
        // To have added a question is no act on it: it is set aside, and that is taken back.
        const act = !entry.added ? way : way === "undo" ? "reject" : "undo";
        const { rev = entry.rev } = await api.moderate(entry.id, act, entry.rev, act === "reject" ? {} : undefined);
        this.#owned(entry.id, entry.rev, rev);
        await this.#arrived(entry.id, rev);
        return rev;
      }
      case "ban":
        await this.#setBanned(entry.person, way === "undo" ? !entry.banned : entry.banned);
        return null;
      case "asking":
        await this.#setAsking(way === "undo" ? entry.before : entry.after);
        return null;
    }
  }

  /** Say why an act was not done, where it was not. */
  async said(failed: string, act: Promise<Outcome>): Promise<boolean> {
    const outcome = await act;
    if (!outcome.done) toast(`${failed} ${outcome.words}`, { tone: "bad" });
    return outcome.done;
  }

  // How it is done -----------------------------------------------------------------------------------------------------

  #do(id: string | null, act: () => Promise<void>): Promise<Outcome> {
    const mine = this.#queue.then(() => this.#try(id, act));
    this.#queue = mine;
    return mine;
  }

  async #try(id: string | null, act: () => Promise<void>): Promise<Outcome> {
    this.busy = true;
    try {
      await act();
      return { done: true };
    } catch (error) {
      return { done: false, words: await this.#why(id, error) };
    } finally {
      this.busy = false;
    }
  }

  /** Several acts on one question follow each other. */
  #owned(id: string, from: number, to: number): void {
    const before = this.#own;
    this.#own = { id, from: before?.id === id && before.to === from ? before.from : from, to };
  }

  async #why(id: string | null, error: unknown): Promise<string> {
    const changed = error instanceof api.ApiError && error.code === "question_changed";
    if (!changed || id === null) return api.inWords(error);
    const lines = await api.log(id).catch(() => []);
    return changedWords(lines[0]);
  }

  #did(entry: Done, from: number | null = null): void {
    this.#history = did(this.#history, entry, from);
    this.#tell(entry.words, "undo");
  }

  #tell(words: string, way: "undo" | "redo"): void {
    clearTimeout(this.#timer);
    this.just = { words, way };
    announce(`${words}.`);
    this.#timer = setTimeout(() => (this.just = null), STANDS_MS);
  }

  async #setBanned(person: string, banned: boolean): Promise<void> {
    const { seq } = await api.setBanned(person, banned);
    await this.#shown(() => this.#live.seq >= seq);
  }

  async #setAsking(change: AskingRequest): Promise<void> {
    const { open, order } = await api.setAsking(change);
    await this.#shown(() => this.#live.state?.asking.open === open && this.#live.state.asking.order === order);
  }

  async #arrived(id: string, rev: number): Promise<void> {
    await this.#shown(() => (this.#live.state?.questions.find((one) => one.id === id)?.desk?.rev ?? -1) >= rev);
  }

  /** Wait until the room shows what was done: the answer may be here before its event. */
  async #shown(shown: () => boolean): Promise<void> {
    for (let turns = 0; turns < 50 && !shown(); turns++) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
