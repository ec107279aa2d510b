/**
 * EDGE: tell the other moderators which question this page has open, for as long as somebody sits before it.
 *
 * The service counts a question as open for two minutes; a page that is looked at says so anew in time, one that was
 * left alone does not, so that nobody keeps a question from the others by going for lunch.
 */
import * as api from "./api";

/** A question that is only passed by, key after key, is not worth a word. */
const SETTLES_MS = 300;
const RENEW_MS = 60_000;
/** Whoever touched nothing for so long has left. */
const LEFT_MS = 300_000;

export class Claims {
  /** What this page has open in the eyes of all. */
  mine = $state<string | null>(null);
  #wanted: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastSign = Date.now();

  /** Have `id` open and nothing else; `busy` says that somebody else has, so that it is only looked at. */
  hold(id: string | null, busy: boolean): void {
    const wanted = busy ? null : id;
    if (wanted === this.#wanted) return;
    clearTimeout(this.#timer);
    const left = this.mine;
    this.#wanted = wanted;
    this.mine = null;
    if (left !== null) void api.moderate(left, "release").catch(() => undefined);
    if (wanted !== null) this.#timer = setTimeout(() => void this.#claim(wanted), SETTLES_MS);
  }

  /** Somebody is there. */
  sign(): void {
    const late = Date.now() - this.#lastSign > RENEW_MS;
    this.#lastSign = Date.now();
    if (late && this.#wanted !== null) void this.#claim(this.#wanted);
  }

  /** The page goes away. */
  leave(): void {
    if (this.mine !== null) api.releaseAtLast(this.mine);
    clearTimeout(this.#timer);
    this.#wanted = this.mine = null;
  }

  async #claim(id: string): Promise<void> {
    clearTimeout(this.#timer);
    // Before the answer: the others' news of it comes here too, maybe sooner, and it is not somebody else.
    this.mine = id;
    try {
      await api.moderate(id, "claim");
    } catch {
      // Somebody else was faster, or there is no connection: the page says so anyway.
      if (this.mine === id) this.mine = null;
    }
    if (this.#wanted === id) this.#timer = setTimeout(() => this.#renew(id), RENEW_MS);
  }

  #renew(id: string): void {
    const here = document.visibilityState === "visible" && Date.now() - this.#lastSign < LEFT_MS;
    if (here) void this.#claim(id);
    else void api.moderate(id, "release").then(() => (this.mine = null), () => undefined);
  }
}
