/**
 * EDGE: the service's event stream over a WebSocket that resumes where it stopped.
 *
 * A lost connection is taken up again after a growing, jittered wait; `onLink` tells when there is none, so that no page
 * shows old things as new.
 */
import { ApiError, state } from "./api";
import type { FirstState } from "./api";
import type {
  DisplaysMessage,
  MetersView,
  Message,
  SnapshotMessage,
  StreamMessage,
  VotesMessage,
} from "./types";

export type Link = "connecting" | "live" | "lost";

export interface StreamHandlers {
  onSnapshot(first: FirstState): void;
  onMessage(message: Message | VotesMessage | SnapshotMessage | DisplaysMessage): void;
  onMeters?(figures: MetersView): void;
  onLink(link: Link, why: string | null): void;
}

/** What a screen tells the service that it shows. */
export interface Report {
  readonly page: "room" | "overlay";
  /** The question's id. */
  readonly shows: string | null;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A connection that is not open after this long is given up. */
const OPENING_MS = 20_000;

/** Close codes of a service that goes away and so leaves everybody at once (RFC 6455, section 7.4.1; 1012 by IANA). */
const AWAY = new Set([1001, 1012]);
/** Each of the first tries is spread over this long then: thousands at once would keep it from answering any. */
const RETURN_FROM_MS = 500;
const RETURN_WITHIN_MS = 4_500;
const RETURN_TRIES = 4;

/** The wait before try `n` (0, 1, 2 …): growing, capped, and spread by `dice` in [0, 1) so that not all come at once. */
export function backoff(n: number, dice: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** n);
  return full * (0.5 + dice);
}

/** The wait before try `n` after a connection broke, or after the service went `away`: it is soon back. */
export function wait(n: number, away: boolean, dice: number): number {
  return away && n < RETURN_TRIES ? RETURN_FROM_MS + RETURN_WITHIN_MS * dice : backoff(n, dice);
}

export class EventStream {
  #handlers: StreamHandlers;
  #meters: boolean;
  #seq: number | null = null;
  #socket: WebSocket | null = null;
  #tries = 0;
  #away = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #beginning = false;
  #report: string | null = null;

  constructor(handlers: StreamHandlers, options: { meters?: boolean } = {}) {
    this.#handlers = handlers;
    this.#meters = options.meters ?? false;
    addEventListener("online", this.#hurry);
    addEventListener("offline", this.#broken);
    document.addEventListener("visibilitychange", this.#hurry);
    void this.#begin();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
    removeEventListener("online", this.#hurry);
    removeEventListener("offline", this.#broken);
    document.removeEventListener("visibilitychange", this.#hurry);
  }

  /** Tell the service what this screen shows: now, when it changes and on every new connection. */
  report(report: Report): void {
    const said = JSON.stringify(report);
    if (said === this.#report) return;
    this.#report = said;
    this.#tell();
  }

  #tell(): void {
    if (this.#report !== null && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(this.#report);
  }

  async #begin(): Promise<void> {
    if (this.#closed || this.#beginning) return;
    this.#beginning = true;
    try {
      if (this.#seq === null) {
        const first = await state();
        this.#seq = first.snapshot.seq;
        this.#handlers.onSnapshot(first);
      }
      this.#open();
    } catch (error) {
      this.#lost(error instanceof ApiError ? error.message : null);
    } finally {
      this.#beginning = false;
    }
  }

  #open(): void {
    if (this.#closed) return;
    const address = new URL("/api/events", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("after", String(this.#seq));
    if (this.#meters) address.searchParams.set("meters", "1");
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#timer = setTimeout(() => socket === this.#socket && this.#broken(), OPENING_MS);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#tries = 0;
      this.#away = false;
      this.#tell();
      this.#handlers.onLink("live", null);
    };
    socket.onmessage = (event: MessageEvent<string>) => this.#take(JSON.parse(event.data) as StreamMessage);
    socket.onclose = (event) => socket === this.#socket && this.#lost(null, event.code);
  }

  #take(message: StreamMessage): void {
    if (message.kind === "meters") {
      this.#handlers.onMeters?.(message.data as MetersView);
      return;
    }
    if (message.kind === "displays") {
      this.#handlers.onMessage(message as DisplaysMessage);
      return;
    }
    const known = message as Message | VotesMessage | SnapshotMessage;
    this.#handlers.onMessage(known);
    this.#seq = known.kind === "snapshot" ? known.seq : Math.max(this.#seq ?? 0, known.seq);
  }

  #lost(why: string | null, code: number | null = null): void {
    if (this.#closed) return;
    this.#away ||= code !== null && AWAY.has(code);
    this.#drop();
    this.#handlers.onLink("lost", why);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#begin(), wait(this.#tries++, this.#away, Math.random()));
  }

  #broken = (): void => {
    if (this.#socket !== null) this.#lost(null);
  };

  /** The network came back or the page is looked at again: do not wait for the next try. */
  #hurry = (): void => {
    const idle = this.#socket === null && this.#tries > 0;
    if (!idle || document.visibilityState === "hidden") return;
    clearTimeout(this.#timer);
    void this.#begin();
  };

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
