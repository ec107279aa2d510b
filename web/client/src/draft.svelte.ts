/**
 * The question that is being written: its words live in this browser until the service has said that it has them.
 *
 * A refusal, a lost connection and a reload leave the words where they are, with what happened and when to try again.
 */
import * as api from "./api";
import { keep, kept } from "./keep";
import { announce } from "./parts/announcer.svelte";
import { countCharacters } from "./questions";
import type { QuestionView } from "./types";

export const LEAST = 5;
export const MOST = 500;
export const NAME_MOST = 60;

/** `idle`: being written; `wrong`: it cannot be sent like this; `refused` and `unreached`: it was not sent. */
export type Sending = "idle" | "sending" | "sent" | "wrong" | "refused" | "unreached";

/** Clocks and the way to the service differ by less than this, in milliseconds. */
const SLACK_MS = 60_000;

export class Draft {
  text = $state(kept("draft"));
  name = $state(kept("name"));
  phase = $state<Sending>(kept("unsent") === "" ? "idle" : "unreached");
  fault = $state<string | null>(null);
  /** When the service will take one again, in milliseconds of its time. */
  freeAt = $state(Number(kept("free-at")));

  remember(): void {
    keep("draft", this.text);
    keep("name", this.name);
    keep("unsent", this.phase === "unreached" ? kept("unsent") || "1" : "");
    keep("free-at", this.freeAt > Date.now() - SLACK_MS ? String(this.freeAt) : "");
  }

  typed(): void {
    if (this.phase !== "sending") this.phase = "idle";
    this.fault = null;
  }

  /** The rules changed: what was said of waiting holds no more. */
  freed(): void {
    this.freeAt = 0;
    if (this.phase === "refused") this.typed();
  }

  /** What keeps it from being sent, in words. */
  objection(names: boolean): string | null {
    const length = countCharacters(this.text);
    if (length === 0) return "Write your question first.";
    if (length < LEAST) return "A little more, please: five characters at least.";
    if (length > MOST) return `${length - MOST} characters too many. Shorten it a little.`;
    if (names && countCharacters(this.name) > NAME_MOST) return "The name is too long: sixty characters at most.";
    return null;
  }

  /** Send it; `now` is the service's time. Returns whether the service has it. */
  async send(now: number, names: boolean): Promise<boolean> {
    const wrong = this.objection(names);
    if (wrong !== null) {
      this.#fail("wrong", wrong);
      return false;
    }
    this.phase = "sending";
    this.fault = null;
    keep("unsent", String(now));
    try {
      const { status } = await api.ask({ text: this.text.trim(), name: (names && this.name.trim()) || null });
      this.#arrived(status === "waiting" ? "Sent. Your question waits for a moderator." : "Sent. Your question is on the list.");
      return true;
    } catch (error) {
      this.#refused(error, now);
      return false;
    }
  }

  /** An answer can be lost on its way: among one's `own` questions stands then what seems not sent. */
  settle(own: readonly QuestionView[]): void {
    if (this.phase !== "unreached") return;
    const [words, since] = [this.text.normalize("NFC").trim(), Number(kept("unsent"))];
    if (own.some((one) => one.text === words && Date.parse(one.asked_at) > since - SLACK_MS)) this.#arrived("It was sent after all.");
  }

  #arrived(words: string): void {
    this.phase = "sent";
    this.fault = null;
    this.text = "";
    announce(words);
  }

  #refused(error: unknown, now: number): void {
    const known = error instanceof api.ApiError ? error : null;
    if (known !== null && known.retryAfterS !== null) this.freeAt = now + known.retryAfterS * 1000;
    if (known?.status === 0) {
      this.#fail("unreached", null);
      announce("Not sent: the service cannot be reached. Your question is kept.");
      return;
    }
    // How long to wait is told by a clock that moves on, not by a sentence that grows old.
    this.#fail("refused", `Not sent. ${api.inWords(error).replace(/ Wait [^.]+\.$/, "")}`);
  }

  #fail(phase: Sending, words: string | null): void {
    this.phase = phase;
    this.fault = words;
    if (words !== null) announce(words);
  }
}
