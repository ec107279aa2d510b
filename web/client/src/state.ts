/**
 * The room as this page knows it: a snapshot, and the changes since.
 *
 * Pure. Applying every message in order gives what a fresh snapshot would; a message that was applied before changes
 * nothing. The service's `bridge/replica.py` holds the same rules as `apply`.
 */
import type {
  Change,
  DisplaysMessage,
  Message,
  QuestionView,
  Role,
  SnapshotMessage,
  StateView,
  Votes,
  VotesMessage,
  VotesView,
} from "./types";

export interface Held {
  readonly seq: number;
  readonly role: Role;
  readonly state: StateView;
}

/** Return what is held after `message`. */
export function apply(held: Held, message: Message | VotesMessage | SnapshotMessage | DisplaysMessage): Held {
  if (message.kind === "snapshot") {
    const { seq, role, state } = message as SnapshotMessage;
    return { seq, role, state };
  }
  if (message.kind === "displays") {
    // It stands beside the journal and has no number: the newest is the truth.
    return { ...held, state: { ...held.state, displays: (message as DisplaysMessage).data.displays } };
  }
  message = message as Message | VotesMessage;
  if (message.seq <= held.seq) return held;
  const state =
    message.kind === "votes"
      ? voted(held.state, (message as VotesMessage).data)
      : changed(held.state, (message as Message).data);
  return { ...held, seq: message.seq, state };
}

/** Return `state` after one change. */
export function changed(state: StateView, change: Change): StateView {
  let next = change.set === undefined ? state : { ...state, ...change.set };
  if (change.order !== undefined) next = { ...next, questions: ordered(next.questions, change.order) };
  if (change.id === undefined || change.question === undefined) return next;
  return { ...next, questions: placed(next.questions, change.id, change.question, change.before ?? null) };
}

/** Those that `order` does not name stand before all others, as they did. */
function ordered(questions: readonly QuestionView[], order: readonly string[]): QuestionView[] {
  const places = new Map(order.map((id, at) => [id, at]));
  const place = (question: QuestionView) => places.get(question.id) ?? -1;
  return [...questions].sort((one, other) => place(one) - place(other));
}

/** Return `state` with the votes that were gathered; they come in the order in which each finds its place. */
export function voted(state: StateView, change: Votes): StateView {
  return { ...state, questions: change.votes.reduce(counted, state.questions) };
}

function counted(questions: readonly QuestionView[], change: VotesView): QuestionView[] {
  const { id, votes, before } = change;
  const old = questions.find((one) => one.id === id);
  if (old === undefined) return [...questions];
  return placed(questions, id, { ...old, votes, voted: change.voted ?? old.voted ?? false }, before);
}

function placed(
  questions: readonly QuestionView[],
  id: string,
  question: QuestionView | null,
  before: string | null,
): QuestionView[] {
  const old = questions.find((one) => one.id === id);
  const rest = questions.filter((one) => one.id !== id);
  if (question === null) return rest;
  const found = before === null ? -1 : rest.findIndex((one) => one.id === before);
  rest.splice(found < 0 ? rest.length : found, 0, merged(old, question));
  return rest;
}

/** `mine` and `voted` stay as they were where the new shape leaves them out: it was made for everybody. */
function merged(old: QuestionView | undefined, question: QuestionView): QuestionView {
  const { mine = old?.mine, voted = old?.voted, ...rest } = question;
  // Absent and false are the same; a snapshot leaves out what is false.
  return { ...rest, ...(mine ? { mine } : {}), ...(voted ? { voted } : {}) };
}
