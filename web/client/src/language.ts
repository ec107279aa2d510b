/**
 * The language of a text as far as its script tells it: to choose a voice, and to tell a screen reader.
 *
 * Pure. Scripts that many languages share tell nothing but a likely one; Latin tells none.
 */
const SCRIPTS: readonly [string, RegExp][] = [
  ["ar", /\p{Script=Arabic}/gu],
  ["he", /\p{Script=Hebrew}/gu],
  ["ru", /\p{Script=Cyrillic}/gu],
  ["el", /\p{Script=Greek}/gu],
  ["hi", /\p{Script=Devanagari}/gu],
  ["bn", /\p{Script=Bengali}/gu],
  ["ta", /\p{Script=Tamil}/gu],
  ["th", /\p{Script=Thai}/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["zh", /\p{Script=Han}/gu],
];
const LATIN = /\p{Script=Latin}/gu;
/** An ideograph says as much as several letters. */
const WEIGHT: Record<string, number> = { zh: 3, ja: 3, ko: 2 };
/** Letters that a neighbour language has and the likely one has not. */
const TELLING: readonly [string, string, RegExp][] = [
  ["ar", "fa", /[پچژگ]/u],
  ["ru", "uk", /[іїєґ]/iu],
];

/** The likely language (BCP 47) of `text`, null where the script is Latin or tells nothing. */
export function language(text: string): string | null {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  let [best, most] = [null as string | null, count(LATIN)];
  for (const [name, pattern] of SCRIPTS) {
    const weight = count(pattern) * (WEIGHT[name] ?? 1);
    if (weight > most) [best, most] = [name, weight];
  }
  // Japanese is written with ideographs too, and never without its own syllables.
  if (best === "zh" && /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  return TELLING.find(([from, , letters]) => from === best && letters.test(text))?.[1] ?? best;
}

/** Parts of `text` of at most `most` characters, cut between sentences or words: voices fall silent in long ones. */
export function pieces(text: string, most = 180): string[] {
  const made: string[] = [];
  for (const word of text.split(/(?<=\s)|(?<=[。！？])/u)) {
    const last = made.at(-1);
    const ended = last !== undefined && last.length > most / 2 && /[.!?؟।]\s*$/u.test(last);
    if (last === undefined || ended || last.length + word.length > most) made.push(...cut(word, most));
    else made[made.length - 1] = last + word;
  }
  return made.map((piece) => piece.trim()).filter((piece) => piece !== "");
}

function cut(word: string, most: number): string[] {
  const characters = [...word];
  const count = Math.max(1, Math.ceil(characters.length / most));
  return Array.from({ length: count }, (_, index) => characters.slice(index * most, (index + 1) * most).join(""));
}
