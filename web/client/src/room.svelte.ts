/**
 * The live room of one page: what `state` holds, kept fresh by `events`, with the service's time.
 *
 * Made once at a page's root and handed to its parts.
 */
import { EventStream } from "./events";
import type { Link, Report } from "./events";
import { apply } from "./state";
import type { Held } from "./state";
import type { MetersView, Role, StateView } from "./types";

export class LiveRoom {
  #held = $state.raw<Held | null>(null);
  #aheadMs = 0;
  #stream: EventStream;
  #ticker: ReturnType<typeof setInterval>;

  link = $state<Link>("connecting");
  /** Why there is no connection, in words, where the service said so. */
  why = $state<string | null>(null);
  meters = $state.raw<MetersView | null>(null);
  /** The service's time in milliseconds since 1970, moving on once a second. */
  now = $state(Date.now());

  constructor(options: { meters?: boolean } = {}) {
    this.#stream = new EventStream(
      {
        onSnapshot: ({ snapshot, aheadMs }) => {
          this.#aheadMs = aheadMs;
          this.#tick();
          this.#held = snapshot;
        },
        onMessage: (message) => {
          if (this.#held !== null) this.#held = apply(this.#held, message);
        },
        onMeters: (figures) => (this.meters = figures),
        onLink: (link, why) => {
          this.link = link;
          this.why = why;
          if (link === "lost") this.meters = null;
        },
      },
      options,
    );
    this.#ticker = setInterval(() => this.#tick(), 1000);
  }

  get state(): StateView | null {
    return this.#held?.state ?? null;
  }

  /** The number of the last entry of the journal that is shown. */
  get seq(): number {
    return this.#held?.seq ?? 0;
  }

  get role(): Role | null {
    return this.#held?.role ?? null;
  }

  /** Say what this screen shows, to whoever looks after the screens. */
  report(report: Report): void {
    this.#stream.report(report);
  }

  close(): void {
    clearInterval(this.#ticker);
    this.#stream.close();
  }

  #tick(): void {
    this.now = Date.now() + this.#aheadMs;
  }
}
