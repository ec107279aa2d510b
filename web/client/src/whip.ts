/**
 * EDGE: publish a stream by WHIP (RFC 9725), and take it up again when the connection is lost.
 */
import { backoff } from "./events";

export type Publishing =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live"; readonly since: number }
  /** Lost; tried again at `at`, in milliseconds since 1970. */
  | { readonly kind: "retrying"; readonly why: string; readonly at: number }
  /** Trying again would not help. */
  | { readonly kind: "refused"; readonly why: string };

const MAX_BITRATE_BPS = 2_500_000;
/** Candidates that come later than this are not waited for, in milliseconds: there is no trickle in our offer. */
const GATHERING_MS = 2000;
const ANSWER_MS = 10_000;
/** Without a connection for longer than this a new one is made, in milliseconds. */
const CONNECTING_MS = 12_000;
const DISCONNECTED_MS = 4000;

class Refusal extends Error {}

export class WhipPublisher {
  #endpoint: string;
  #token: string | null;
  #tell: (publishing: Publishing) => void;
  #stream: MediaStream | null = null;
  #peer: RTCPeerConnection | null = null;
  #resource: string | null = null;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(endpoint: string, token: string | null, tell: (publishing: Publishing) => void) {
    this.#endpoint = endpoint;
    this.#token = token;
    this.#tell = tell;
  }

  start(stream: MediaStream): void {
    this.#stream = stream;
    this.#tries = 0;
    void this.#publish();
  }

  /** Send another camera or microphone from now on; the connection stays. */
  async replace(stream: MediaStream): Promise<void> {
    if (this.#stream === null) return;
    this.#stream = stream;
    const senders = this.#peer?.getSenders() ?? [];
    const kinds = new Set(senders.map((one) => one.track?.kind));
    if (this.#peer !== null && stream.getTracks().some((track) => !kinds.has(track.kind))) {
      void this.#publish();
      return;
    }
    for (const sender of senders) {
      await sender.replaceTrack(stream.getTracks().find((track) => track.kind === sender.track?.kind) ?? null);
    }
  }

  stop(): void {
    this.#stream = null;
    this.#drop();
    this.#tell({ kind: "idle" });
  }

  async #publish(): Promise<void> {
    this.#drop();
    const stream = this.#stream;
    if (stream === null) return;
    this.#tell({ kind: "connecting" });
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#peer = peer;
    this.#later(CONNECTING_MS, "The room's server was reached, but no picture gets through. A firewall may be in the way.");
    peer.onconnectionstatechange = () => peer === this.#peer && this.#changed(peer.connectionState);
    for (const track of stream.getTracks()) add(peer, track, stream);
    try {
      await peer.setLocalDescription(await peer.createOffer());
      await gathered(peer);
      const answer = await this.#offer(peer.localDescription?.sdp ?? "");
      if (peer !== this.#peer) return;
      await peer.setRemoteDescription({ type: "answer", sdp: answer });
    } catch (error) {
      if (peer === this.#peer) this.#failed(error);
    }
  }

  /** RFC 9725, 4.2: the offer is posted, the answer comes with 201 and a Location to end the session by. */
  async #offer(sdp: string): Promise<string> {
    const response = await fetch(this.#endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", ...this.#authorization() },
      body: sdp,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    if (response.status === 201) {
      const location = response.headers.get("Location");
      this.#resource = location === null ? null : new URL(location, response.url).href;
      return text;
    }
    const why = words(text);
    // 503 says that it may work later (RFC 9725, 4.2); any other refusal stays one until somebody does something.
    if (response.status >= 500) throw new Error(why ?? "The room's server could not take the picture.");
    throw new Refusal(why ?? refusalOf(response.status));
  }

  #authorization(): Record<string, string> {
    return this.#token === null ? {} : { Authorization: `Bearer ${this.#token}` };
  }

  #changed(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      clearTimeout(this.#timer);
      this.#tries = 0;
      this.#tell({ kind: "live", since: Date.now() });
    } else if (state === "disconnected") {
      this.#later(DISCONNECTED_MS, "The connection was lost.");
    } else if (state === "failed" || state === "closed") {
      this.#retry("The connection was lost.");
    }
  }

  #failed(error: unknown): void {
    if (error instanceof Refusal) {
      this.#stream = null;
      this.#drop();
      this.#tell({ kind: "refused", why: error.message });
      return;
    }
    const unreachable = error instanceof TypeError || (error as Error).name === "TimeoutError";
    this.#retry(unreachable ? "The room's server does not answer." : (error as Error).message);
  }

  #later(ms: number, why: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(why), ms);
  }

  #retry(why: string): void {
    this.#drop();
    if (this.#stream === null) return;
    const wait = backoff(this.#tries++, Math.random());
    this.#timer = setTimeout(() => void this.#publish(), wait);
    this.#tell({ kind: "retrying", why, at: Date.now() + wait });
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const peer = this.#peer;
    this.#peer = null;
    peer?.close();
    if (this.#resource === null) return;
    // Kept alive, so that it is still sent when the page is closed.
    void fetch(this.#resource, { method: "DELETE", headers: this.#authorization(), keepalive: true }).catch(() => undefined);
    this.#resource = null;
  }
}

function add(peer: RTCPeerConnection, track: MediaStreamTrack, stream: MediaStream): void {
  if (track.kind === "audio") {
    peer.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    return;
  }
  const transceiver = peer.addTransceiver(track, {
    direction: "sendonly",
    streams: [stream],
    sendEncodings: [{ maxBitrate: MAX_BITRATE_BPS, maxFramerate: 30 }],
  });
  // H.264 is what the hardware of phones and laptops encodes without heat.
  const codecs = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  const first = codecs.filter((codec) => codec.mimeType === "video/H264");
  if (first.length > 0 && "setCodecPreferences" in transceiver) {
    transceiver.setCodecPreferences([...first, ...codecs.filter((codec) => !first.includes(codec))]);
  }
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const done = () => peer.iceGatheringState === "complete" && resolve();
    peer.addEventListener("icegatheringstatechange", done);
    setTimeout(resolve, GATHERING_MS);
    done();
  });
}

function words(text: string): string | null {
  try {
    return (JSON.parse(text) as { error?: { message?: string } }).error?.message ?? null;
  } catch {
    return null;
  }
}

function refusalOf(status: number): string {
  if (status === 401 || status === 403) return "This link does not let you send a camera. Ask the operator for a new one.";
  if (status === 404) return "The room has no such source. Ask the operator for the right link.";
  return "The room's server does not take this camera.";
}
