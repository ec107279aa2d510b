/**
 * One's votes as pressed, before the service has said so: the arrow answers at once and tells the truth afterwards.
 *
 * A vote that did not reach the service stays as a wish that is plainly not sent; the next press sends it again. One
 * that the service refused is taken back, with words.
 */
import * as api from "./api";
import { announce } from "./parts/announcer.svelte";
import { toast } from "./parts/toasts.svelte";
import type { QuestionView } from "./types";

interface Wish {
  readonly wanted: boolean;
  readonly stands: "sending" | "sent" | "unsent";
}

export class Votes {
  #wishes = $state<Record<string, Wish>>({});

  voted(question: QuestionView): boolean {
    return this.#wishes[question.id]?.wanted ?? question.voted ?? false;
  }

  unsent(question: QuestionView): boolean {
    return this.#wishes[question.id]?.stands === "unsent";
  }

  /** The number of votes with one's own counted as pressed; one that was not sent counts nowhere. */
  count(question: QuestionView): number {
    const wish = this.#wishes[question.id];
    const counted = question.voted ?? false;
    if (wish === undefined || wish.stands === "unsent" || wish.wanted === counted) return question.votes;
    return question.votes + (wish.wanted ? 1 : -1);
  }

  async press(question: QuestionView): Promise<void> {
    const before = this.#wishes[question.id];
    const wanted = before?.stands === "unsent" ? before.wanted : !this.voted(question);
    this.#wishes[question.id] = { wanted, stands: "sending" };
    // One call at a time, so that the last press is also the last to arrive.
    if (before?.stands !== "sending") await this.#send(question.id, question.number);
  }

  /** Forget the wishes that have come true, so that what another tab does is seen here. */
  settle(questions: readonly QuestionView[]): void {
    for (const question of questions) {
      const wish = this.#wishes[question.id];
      if (wish?.stands === "sent" && wish.wanted === (question.voted ?? false)) delete this.#wishes[question.id];
    }
  }

  async #send(id: string, number: number): Promise<void> {
    for (;;) {
      const wanted = this.#wishes[id]?.wanted ?? false;
      try {
        await api.vote(id, wanted);
      } catch (error) {
        this.#failed(id, number, error);
        return;
      }
      if (this.#wishes[id]?.wanted !== wanted) continue;
      this.#wishes[id] = { wanted, stands: "sent" };
      return;
    }
  }

  #failed(id: string, number: number, error: unknown): void {
    const wish = this.#wishes[id];
    if (wish !== undefined && error instanceof api.ApiError && error.status === 0) {
      this.#wishes[id] = { ...wish, stands: "unsent" };
      announce(`Your vote for question ${number} is not sent. Press it again when you are connected.`);
      return;
    }
    delete this.#wishes[id];
    toast(`Your vote was not counted. ${api.inWords(error)}`, { tone: "bad" });
  }
}
