/**
 * One's votes as pressed, before the service has said so: the arrow answers at once and tells the truth afterwards.
 */
import * as api from "./api";
import { toast } from "./parts/toasts.svelte";
import type { QuestionView } from "./types";

export class Votes {
  #pressed = $state<Record<string, boolean>>({});

  voted(question: QuestionView): boolean {
    return this.#pressed[question.id] ?? question.voted ?? false;
  }

  /** The number of votes with one's own counted as pressed. */
  count(question: QuestionView): number {
    const counted = question.voted ?? false;
    const wanted = this.voted(question);
    return question.votes + (wanted === counted ? 0 : wanted ? 1 : -1);
  }

  async press(question: QuestionView, wanted: boolean): Promise<void> {
    this.#pressed[question.id] = wanted;
    try {
      await api.vote(question.id, wanted);
    } catch (error) {
      delete this.#pressed[question.id];
      toast(`Your vote was not counted. ${api.inWords(error)}`, { tone: "bad" });
    }
  }
}
