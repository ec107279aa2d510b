/**
 * EDGE: the service's HTTP calls.
 *
 * Every failure becomes an `ApiError` whose message can be shown as it is: what happened and what to do.
 */
import type {
  AskRequest,
  AskingRequest,
  AskingView,
  Done,
  FaultAnswer,
  InviteAnswer,
  InviteRequest,
  LogLine,
  QuestionAnswer,
  SessionRequest,
  Snapshot,
} from "./types";

/** How long a call may take before it counts as failed, in milliseconds. */
const PATIENCE_MS = 15_000;

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The words for `error`, whatever was thrown. */
export function inWords(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return "Something went wrong in this page. Reload it and try again.";
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  return (await respond(method, path, body)).json() as Promise<T>;
}

async function act(method: string, path: string, body?: unknown): Promise<void> {
  await respond(method, path, body);
}

async function respond(method: string, path: string, body?: unknown): Promise<Response> {
  const request: RequestInit = { method, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS) };
  if (body !== undefined) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      throw new ApiError("timeout", "The service does not answer. Try again in a moment.", 0);
    }
    throw new ApiError("offline", "No connection to the service. Check the network and try again.", 0);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<ApiError> {
  const answer = (await response.json().catch(() => null)) as Partial<FaultAnswer> | null;
  const fault = answer?.error;
  if (fault?.code === undefined) {
    return new ApiError("fault", "The service could not do that. Try again in a moment.", response.status);
  }
  return new ApiError(fault.code, fault.message, response.status, fault.retry_after_s ?? null);
}

const question = (id: string, act: string) => `/api/questions/${encodeURIComponent(id)}/${act}`;

export interface FirstState {
  readonly snapshot: Snapshot;
  /** How far the service's clock is ahead of this device's, in milliseconds (its `Date` counts whole seconds). */
  readonly aheadMs: number;
}

export async function state(): Promise<FirstState> {
  const response = await respond("GET", "/api/state");
  const date = Date.parse(response.headers.get("Date") ?? "");
  const ahead = Number.isNaN(date) ? 0 : date + 500 - Date.now();
  const snapshot = (await response.json()) as Snapshot;
  return { snapshot, aheadMs: Math.abs(ahead) < 1500 ? 0 : ahead };
}

// The viewer's.
export const ask = (body: AskRequest) => call<QuestionAnswer>("POST", "/api/questions", body);
export const editOwn = (id: string, text: string) => act("PATCH", `/api/questions/${encodeURIComponent(id)}`, { text });
export const withdraw = (id: string) => act("POST", question(id, "withdraw"));
export const vote = (id: string, wanted: boolean) => act(wanted ? "PUT" : "DELETE", question(id, "vote"));

// The moderator's. `rev` is the question's as it was seen: where somebody did something to it since, the act is refused.
export type Moderation =
  | "approve" | "reject" | "restore" | "edit" | "star" | "unstar" | "tags" | "answer" | "merge" | "move" | "undo" | "redo"
  | "claim" | "release";
export const moderate = (id: string, act: Moderation, rev: number | null = null, body?: unknown) =>
  call<QuestionAnswer>("POST", question(id, act) + (rev === null ? "" : `?rev=${rev}`), body);
/** Also while the page goes away. */
export const releaseAtLast = (id: string) => void fetch(question(id, "release"), { method: "POST", keepalive: true });
export const setBanned = (person: string, banned: boolean) =>
  call<Done>("POST", `/api/askers/${encodeURIComponent(person)}/${banned ? "ban" : "unban"}`);
export const setAsking = (body: AskingRequest) => call<AskingView>("PUT", "/api/asking", body);
export const log = (id: string | null) =>
  call<LogLine[]>("GET", `/api/log${id === null ? "" : `?question=${encodeURIComponent(id)}`}`);
export const LOG_CSV = "/api/log.csv";

// The operator's.
export const takeNext = () => act("POST", "/api/queue/next");
export const clearAir = () => act("POST", "/api/queue/clear");
export const putOnAir = (id: string) => act("POST", question(id, "on-air"));
export const air = (order: "start" | "stop" | "blank" | "unblank") => act("POST", `/api/air/${order}`);
export const chooseSource = (name: string) => act("PUT", "/api/source", { name });
export const speakNow = (name: string | null) => act("POST", "/api/speakers/now", { name });
export const openSession = (body: SessionRequest) => act("POST", "/api/sessions", body);
export const closeSession = (id: string) => act("POST", `/api/sessions/${encodeURIComponent(id)}/close`);
export const invite = (body: InviteRequest) => call<InviteAnswer>("POST", "/api/invites", body);
