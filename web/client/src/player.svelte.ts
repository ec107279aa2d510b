/**
 * EDGE: the programme in a video element: hls.js where the browser has no HLS of its own, taken up again by itself.
 *
 * `ProgrammePlayer` holds one video element and says in which of a few states the picture is.
 */
import type Hls from "hls.js";

/** `none`: nothing to watch; `starting`: no picture yet; `stalled`: it stopped coming; `failed`: it cannot be had. */
export type PictureState = "none" | "starting" | "playing" | "stalled" | "failed";

/** The wait before the picture is tried again, in milliseconds: it grows to the last. */
const RETRIES_MS = [1000, 2000, 3000, 5000, 8000] as const;
/** Without a picture for longer than this, "starting" would be a lie, in milliseconds. */
const STARTING_MS = 20_000;
/** A picture that stands still for longer than this is said to be stalled, in milliseconds. */
const STALLED_MS = 4000;
const CHECK_MS = 1000;

export class ProgrammePlayer {
  state = $state<PictureState>("none");
  /** How far the picture is behind the room, in seconds; null where that is not known. */
  behindS = $state<number | null>(null);
  paused = $state(true);
  muted = $state(true);

  #video: HTMLVideoElement;
  #url: string | null = null;
  #hls: Hls | null = null;
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #checker: ReturnType<typeof setInterval>;
  #begunAt = 0;
  #movedAt = 0;
  #lastTime = 0;
  /** Counts what was loaded, so that a late answer of an earlier try changes nothing. */
  #load = 0;
  /** Held back while something else is played; whether it played before. */
  #held = false;
  #played = false;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    video.addEventListener("error", this.#onNativeError);
    video.addEventListener("play", this.#onPlayback);
    video.addEventListener("pause", this.#onPlayback);
    video.addEventListener("volumechange", this.#onPlayback);
    this.#checker = setInterval(() => this.#check(), CHECK_MS);
  }

  /** Show what is at `url`; null shows nothing. */
  show(url: string | null): void {
    if (url === this.#url) return;
    this.#url = url;
    this.#tries = 0;
    this.#begunAt = performance.now();
    this.#unload();
    this.state = url === null ? "none" : "starting";
    if (url !== null) void this.#start(url);
  }

  /** Start or stop by the viewer's hand; starting jumps to now. */
  toggle(): void {
    if (!this.#video.paused) {
      this.#video.pause();
      return;
    }
    this.toNow();
    void this.#play();
  }

  /** Stand still while something else is played; let go, be at what is live again. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (held) {
      this.#played = !this.#video.paused;
      this.#video.pause();
    } else if (this.#played) {
      this.toNow();
      void this.#play();
    }
  }

  setMuted(muted: boolean): void {
    this.#video.muted = muted;
    if (!muted && this.#video.paused) void this.#play();
  }

  toNow(): void {
    const { seekable } = this.#video;
    const now = this.#hls?.liveSyncPosition ?? (seekable.length > 0 ? seekable.end(seekable.length - 1) - 3 : null);
    if (now !== null && Number.isFinite(now)) this.#video.currentTime = now;
  }

  close(): void {
    clearInterval(this.#checker);
    this.#unload();
    this.#video.removeEventListener("error", this.#onNativeError);
    this.#video.removeEventListener("play", this.#onPlayback);
    this.#video.removeEventListener("pause", this.#onPlayback);
    this.#video.removeEventListener("volumechange", this.#onPlayback);
  }

  async #start(url: string): Promise<void> {
    const load = ++this.#load;
    const native = this.#video.canPlayType("application/vnd.apple.mpegurl") !== "";
    if (native && (navigator.vendor.startsWith("Apple") || !("MediaSource" in window))) {
      this.#video.src = url;
      void this.#play();
      return;
    }
    try {
      const { default: Library } = await import("hls.js/light");
      if (load !== this.#load) return;
      if (!Library.isSupported()) throw new Error("no media source");
      this.#attach(new Library({ liveSyncDurationCount: 2, maxLiveSyncPlaybackRate: 1.08, backBufferLength: 20 }), url);
      this.#hls?.on(Library.Events.MANIFEST_PARSED, () => void this.#play());
      this.#hls?.on(Library.Events.ERROR, (_name, data) => data.fatal && this.#again());
    } catch {
      this.#again();
    }
  }

  #attach(hls: Hls, url: string): void {
    this.#hls = hls;
    hls.loadSource(url);
    hls.attachMedia(this.#video);
  }

  /** Muted playback may start by itself everywhere; where even that is refused, the play button stays. */
  async #play(): Promise<void> {
    if (this.#held) {
      this.#played = true;
      return;
    }
    try {
      await this.#video.play();
    } catch (error) {
      if ((error as DOMException).name !== "NotAllowedError" || this.#video.muted) return;
      this.#video.muted = true;
      await this.#video.play().catch(() => undefined);
    }
  }

  #again(): void {
    this.#unload();
    if (this.#url === null) return;
    if (performance.now() - this.#begunAt > STARTING_MS || this.state !== "starting") this.state = "failed";
    const url = this.#url;
    const wait = RETRIES_MS[Math.min(this.#tries++, RETRIES_MS.length - 1)];
    this.#retry = setTimeout(() => void this.#start(url), wait);
  }

  #unload(): void {
    this.#load++;
    clearTimeout(this.#retry);
    this.#hls?.destroy();
    this.#hls = null;
    this.behindS = null;
    this.#lastTime = 0;
    if (this.#video.hasAttribute("src")) {
      this.#video.removeAttribute("src");
      this.#video.load();
    }
  }

  #onNativeError = (): void => {
    if (this.#hls === null && this.#video.hasAttribute("src")) this.#again();
  };

  #onPlayback = (): void => {
    this.paused = this.#video.paused;
    this.muted = this.#video.muted;
  };

  /** Judge by the picture's progress, not by the element's events: these differ from browser to browser. */
  #check(): void {
    if (this.#url === null) return;
    const now = performance.now();
    const moved = this.#video.currentTime !== this.#lastTime && this.#video.readyState >= 2;
    this.#lastTime = this.#video.currentTime;
    if (moved) {
      this.#movedAt = now;
      this.#tries = 0;
      this.state = "playing";
      const latency = this.#hls?.latency ?? 0;
      this.behindS = latency > 0 ? latency : null;
    } else if (this.#video.paused || this.state === "failed" || this.state === "starting") {
      const late = this.state === "starting" && now - this.#begunAt > STARTING_MS && !this.#video.paused;
      if (late) this.state = "failed";
    } else if (now - this.#movedAt > STALLED_MS) {
      this.state = "stalled";
    }
  }
}
