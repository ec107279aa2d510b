/**
 * EDGE: questions read aloud by the browser's own voices.
 *
 * Off until somebody switches it on; this browser remembers it. What keeps it silent is told in words.
 */
import { keep, kept } from "./keep";
import { language, pieces } from "./language";
import type { QuestionView } from "./types";

/** Voices that have not come after this long will not come, in milliseconds. */
const VOICES_MS = 2000;
/** The page's own language: its words, and Latin texts whose language nobody knows. */
const OWN = "en";

export class Aloud {
  on = $state(false);
  /** Why nothing is heard, in words; null where nothing is wrong. */
  trouble = $state<string | null>(null);
  #question: QuestionView | null = null;

  constructor(wanted: boolean) {
    if (wanted || kept("aloud") !== "") void this.turn(true);
  }

  async turn(on: boolean): Promise<void> {
    this.on = on;
    this.trouble = null;
    keep("aloud", on ? "1" : "");
    if (!on) {
      this.hush();
      return;
    }
    if ((await voices()).length === 0) this.trouble = "This browser has no voices, so nothing can be read aloud.";
    else if (this.#question !== null) this.#say(this.#question);
  }

  /** Read `question`, which has come on air; null: it left. `read`: it came while this page looked on. */
  show(question: QuestionView | null, { read }: { read: boolean }): void {
    if (question?.id === this.#question?.id) return;
    this.hush();
    this.#question = question;
    if (this.on && read && question !== null) this.#say(question);
  }

  hush(): void {
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }

  #say(question: QuestionView): void {
    if (!("speechSynthesis" in window)) return;
    const tongue = language(question.text) ?? OWN;
    const voice = voiceOf(tongue);
    const opening = question.name === null ? "A question:" : `Question from ${question.name}:`;
    this.#speak(opening, OWN, voiceOf(OWN));
    if (voice === null && tongue !== OWN) {
      this.trouble = `This browser has no voice for ${nameOf(tongue)}.`;
      return;
    }
    this.trouble = null;
    for (const piece of pieces(question.text)) this.#speak(piece, tongue, voice);
  }

  #speak(words: string, tongue: string, voice: SpeechSynthesisVoice | null): void {
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = voice?.lang ?? tongue;
    if (voice !== null) utterance.voice = voice;
    utterance.onerror = ({ error }) => {
      if (error === "not-allowed") this.trouble = "Press anywhere once: the browser lets no page speak before.";
    };
    speechSynthesis.speak(utterance);
  }
}

function voiceOf(tongue: string): SpeechSynthesisVoice | null {
  const own = speechSynthesis.getVoices().filter((voice) => voice.lang.toLowerCase().split(/[-_]/)[0] === tongue);
  return own.find((voice) => voice.default) ?? own[0] ?? null;
}

function nameOf(tongue: string): string {
  return new Intl.DisplayNames("en", { type: "language" }).of(tongue) ?? tongue;
}

/** Browsers list their voices late. */
async function voices(): Promise<readonly SpeechSynthesisVoice[]> {
  if (!("speechSynthesis" in window)) return [];
  if (speechSynthesis.getVoices().length > 0) return speechSynthesis.getVoices();
  await new Promise<void>((resolve) => {
    setTimeout(resolve, VOICES_MS);
    speechSynthesis.addEventListener("voiceschanged", () => resolve(), { once: true });
  });
  return speechSynthesis.getVoices();
}
