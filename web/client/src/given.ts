/**
 * A room and questions for tests: quiet by default, changed where a test says so.
 */
import type { DeskView, OutputView, QuestionView, SourceView, StateView } from "./types";

export const question = (changes: Partial<QuestionView> = {}): QuestionView => ({
  id: "q1",
  number: Number((changes.id ?? "q1").slice(1)),
  text: "Why does it work?",
  name: null,
  status: "approved",
  votes: 0,
  asked_at: "2026-11-23T10:00:00Z",
  origin: "web",
  on_air_at: null,
  answered_at: null,
  answer: null,
  answered_by: null,
  link: null,
  reason: null,
  into: null,
  ...changes,
});

/** What moderators see of a question that nobody did anything to. */
export const desk = (changes: Partial<DeskView> = {}): DeskView => ({
  person: "p1",
  rev: 0,
  held: [],
  similar: [],
  starred: false,
  tags: [],
  own_text: null,
  merged: [],
  open_by: null,
  open_since: null,
  first: false,
  quiet: false,
  undo: false,
  redo: false,
  ...changes,
});

export const room = (changes: Partial<StateView> = {}): StateView => ({
  room: { name: "Forward Prop", time_zone: "Europe/Zurich", url: "https://room.example/" },
  session: null,
  air: { on: true, blanked: false, since: "2026-11-23T10:00:00Z" },
  questions: [],
  on_air: null,
  next: null,
  counts: {},
  asking: { open: true, opens_at: null, wait_s: null, over: false, names: true },
  player: { kind: "hls", url: "/hls/live.m3u8" },
  speaker: null,
  ...changes,
});

export const output = (changes: Partial<OutputView> = {}): OutputView => ({
  name: "youtube",
  kind: "rtmp",
  state: "live",
  reason: null,
  tries: 0,
  bitrate_bps: 4_000_000,
  frames: 0,
  dropped: 0,
  since: null,
  ...changes,
});

export const source = (changes: Partial<SourceView> = {}): SourceView => ({
  name: "camera",
  kind: "whip",
  state: "live",
  reason: null,
  chosen: true,
  ...changes,
});
