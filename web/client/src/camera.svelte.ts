/**
 * The camera page's own state: the devices that are open, how loud they are, and how the publishing stands.
 */
import { DeviceError, listDevices, openDevices, watchLevel } from "./devices";
import type { Choice } from "./devices";
import { keep, kept } from "./keep";
import { WhipPublisher } from "./whip";
import type { Publishing } from "./whip";

export class Camera {
  stream = $state.raw<MediaStream | null>(null);
  fault = $state.raw<DeviceError | null>(null);
  opening = $state(false);
  cameras = $state.raw<readonly Choice[]>([]);
  microphones = $state.raw<readonly Choice[]>([]);
  camera = $state(kept("camera"));
  microphone = $state(kept("microphone"));
  untouched = $state(kept("sound") !== "worked");
  rmsDb = $state(-100);
  peakDb = $state(-100);
  publishing = $state.raw<Publishing>({ kind: "idle" });

  #publisher: WhipPublisher | null = null;
  #stopLevel: () => void = () => undefined;

  readonly hasSound = $derived((this.stream?.getAudioTracks().length ?? 0) > 0);
  readonly hasPicture = $derived((this.stream?.getVideoTracks().length ?? 0) > 0);

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", this.#changed);
    addEventListener("pagehide", this.#leave);
  }

  /** Open the devices chosen; those that were remembered and are gone are forgotten. */
  async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    this.fault = null;
    try {
      const wish = { camera: this.camera || null, microphone: this.microphone || null, untouched: this.untouched };
      // Some devices can be open only once: the old ones are let go of first.
      const live = this.publishing.kind === "live";
      if (!live) this.#release();
      const stream = await openDevices(wish);
      if (live) this.#release();
      this.#take(stream);
    } catch (error) {
      this.#release();
      this.fault = error instanceof DeviceError ? error : new DeviceError("fault", "The camera could not be opened.", "Reload the page.");
    } finally {
      this.opening = false;
    }
    await this.#list();
  }

  async choose(): Promise<void> {
    keep("camera", this.camera);
    keep("microphone", this.microphone);
    keep("sound", this.untouched ? "" : "worked");
    await this.open();
  }

  goLive(endpoint: string, token: string | null): void {
    if (this.stream === null) return;
    this.#publisher?.stop();
    this.#publisher = new WhipPublisher(endpoint, token, (publishing) => (this.publishing = publishing));
    this.#publisher.start(this.stream);
  }

  stop(): void {
    this.#publisher?.stop();
    this.#publisher = null;
    this.publishing = { kind: "idle" };
  }

  close(): void {
    this.stop();
    this.#release();
    navigator.mediaDevices?.removeEventListener("devicechange", this.#changed);
    removeEventListener("pagehide", this.#leave);
  }

  #take(stream: MediaStream): void {
    this.stream = stream;
    for (const track of stream.getTracks()) track.onended = () => stream === this.stream && void this.open();
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (video !== undefined) video.contentHint = "motion";
    this.camera = video?.getSettings().deviceId ?? this.camera;
    this.microphone = audio?.getSettings().deviceId ?? this.microphone;
    if (audio !== undefined) {
      this.#stopLevel = watchLevel(stream, (rmsDb, peakDb) => {
        this.rmsDb = rmsDb;
        this.peakDb = peakDb;
      });
    }
    void this.#publisher?.replace(stream);
  }

  #release(): void {
    this.#stopLevel();
    this.#stopLevel = () => undefined;
    this.rmsDb = this.peakDb = -100;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  async #list(): Promise<void> {
    const { cameras, microphones } = await listDevices();
    this.cameras = cameras;
    this.microphones = microphones;
  }

  #changed = (): void => {
    void this.#list();
    if (this.fault?.code === "missing") {
      this.camera = this.microphone = "";
      void this.open();
    }
  };

  #leave = (): void => this.stop();
}
