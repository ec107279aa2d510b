/**
 * The audit log in words.
 *
 * Pure.
 */
import { standsNow } from "./desk";
import type { LogLine, QuestionStatus } from "./types";

/** Who did it: a name where there is one. */
export function actorWords(actor: string): string {
  const [role = "", name = ""] = split(actor);
  if (actor === "asker") return "The asker";
  if (role === "system") return "The clock";
  if (name === "" || unnamed(name)) return role === "operator" ? "The operator" : "A moderator";
  return name;
}

/** Whoever has no name is told by a pseudonym of sixteen random characters, which tells people nothing. */
const unnamed = (name: string): boolean => /^(?:i-.+|[\w-]{16})$/.test(name) && !/^\p{Lu}\p{Ll}+$/u.test(name);

function split(actor: string): string[] {
  const at = actor.indexOf(":");
  return at < 0 ? [actor] : [actor.slice(0, at), actor.slice(at + 1)];
}

const ACTS: Record<string, string> = {
  "question.asked": "asked",
  "question.edited": "changed the words",
  "question.approved": "approved it",
  "question.rejected": "did not take it",
  "question.restored": "put it back to waiting",
  "question.withdrawn": "took it back",
  "question.starred": "put a star on it",
  "question.unstarred": "took the star away",
  "question.tagged": "set its tags",
  "question.replied": "answered in writing",
  "question.merged": "merged it",
  "question.moved": "moved it in the line",
  "question.next": "made it next",
  "question.on_air": "put it on air",
  "question.answered": "marked it answered",
  "question.put_back": "put it back in the line",
  "question.undone": "undid the last act",
  "question.redone": "did it again",
  "asking.changed": "changed how questions are taken",
  "asker.banned": "took no more questions from somebody",
  "asker.unbanned": "let somebody ask again",
};

/** What was done: "approved it"; an act that is new here is told by its kind. */
export function actWords(line: LogLine): string {
  return ACTS[line.act] ?? line.act.replace(/^question\./, "").replaceAll(/[._]/g, " ");
}

/** What stands beside that: the reason, the new words. Numbers instead of ids, and no pseudonyms. */
export function detailWords(line: LogLine): string | null {
  if (line.act.startsWith("asker.")) return null;
  return line.detail?.replace(/^into q(\d+)$/, "into #$1") ?? null;
}

/** What somebody else's act means for one who was about to do something else: "Changed meanwhile by Ada: …". */
export function changedWords(line: LogLine | undefined): string {
  if (line === undefined) return "Changed meanwhile: look at it again.";
  const moved = line.before !== line.after && line.after !== null;
  const how = moved ? standsNow(line.after as QuestionStatus) : CHANGED[line.act];
  return `Changed meanwhile by ${actorWords(line.actor).replace(/^(The|A) /, (word) => word.toLowerCase())}: ${how ?? "look at it again"}.`;
}

const CHANGED: Record<string, string> = {
  "question.edited": "it has new words",
  "question.starred": "it has a star now",
  "question.unstarred": "it has no star any more",
  "question.tagged": "it has other tags now",
  "question.replied": "it has a written answer now",
  "question.moved": "it stands elsewhere in the line",
  "question.undone": "the last act was undone",
  "question.redone": "the last act was done again",
};
