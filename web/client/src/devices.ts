/**
 * EDGE: this device's cameras and microphones, and in words why one cannot be had.
 */

export interface Wish {
  readonly camera: string | null;
  readonly microphone: string | null;
  /** The sound as it is, for a microphone of the whole room; else echo, noise and level are worked on, for one voice. */
  readonly untouched: boolean;
}

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export class DeviceError extends Error {
  constructor(
    readonly code: "insecure" | "denied" | "missing" | "busy" | "fault",
    message: string,
    /** What to do about it. */
    readonly remedy: string,
  ) {
    super(message);
    this.name = "DeviceError";
  }
}

const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  aspectRatio: { ideal: 16 / 9 },
};

/** Open the camera and the microphone wished for; one of them alone where the other does not exist. */
export async function openDevices(wish: Wish): Promise<MediaStream> {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) {
    throw new DeviceError(
      "insecure",
      "This address is not secure, so the browser gives no camera to it.",
      `Open this page by https://, or on the machine itself as http://localhost${location.port ? `:${location.port}` : ""}.`,
    );
  }
  const video = { ...VIDEO, ...only(wish.camera) };
  const audio = { ...sound(wish.untouched), ...only(wish.microphone) };
  const tries: MediaStreamConstraints[] = [{ video, audio }, { video }, { audio }];
  let failure: unknown = null;
  for (const constraints of tries) {
    try {
      return await navigator.mediaDevices.getUserMedia(constraints);
    } catch (error) {
      failure ??= error;
      if (!["NotFoundError", "OverconstrainedError"].includes((error as DOMException).name)) break;
    }
  }
  throw inWords(failure as DOMException);
}

const only = (id: string | null): MediaTrackConstraints => (id === null ? {} : { deviceId: { exact: id } });

function sound(untouched: boolean): MediaTrackConstraints {
  const worked = !untouched;
  return { echoCancellation: worked, noiseSuppression: worked, autoGainControl: worked, channelCount: { ideal: 2 } };
}

function inWords(error: DOMException): DeviceError {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return new DeviceError(
        "denied",
        "The browser may not use the camera and the microphone.",
        "Press the sign beside the address, allow both, and try again. If it never asks, look at the system's privacy settings.",
      );
    case "NotFoundError":
    case "OverconstrainedError":
      return new DeviceError("missing", "No camera and no microphone was found.", "Plug one in; this page notices it.");
    case "NotReadableError":
    case "AbortError":
      return new DeviceError(
        "busy",
        "The camera or the microphone is in use or does not answer.",
        "Close other programs that use it (calls, OBS, another tab), or plug it in anew, and try again.",
      );
    default:
      return new DeviceError("fault", "The camera could not be opened.", "Reload the page, or try another browser.");
  }
}

export async function listDevices(): Promise<{ cameras: Choice[]; microphones: Choice[] }> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind, word: string): Choice[] =>
    all
      .filter((one) => one.kind === kind && one.deviceId !== "")
      .map((one, index) => ({ id: one.deviceId, label: one.label || `${word} ${index + 1}` }));
  return { cameras: of("videoinput", "Camera"), microphones: of("audioinput", "Microphone") };
}

const SILENCE_DB = -100;

/** Measure how loud `stream` is and tell it twenty times a second, in dB full scale, until the returned stop is called. */
export function watchLevel(stream: MediaStream, tell: (rmsDb: number, peakDb: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const decibel = (value: number) => (value > 0 ? Math.max(SILENCE_DB, 20 * Math.log10(value)) : SILENCE_DB);
  const timer = setInterval(() => {
    // A context made before the first press may sleep until then.
    if (context.state === "suspended") void context.resume();
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    let peak = 0;
    for (const sample of samples) {
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    tell(decibel(Math.sqrt(sum / samples.length)), decibel(peak));
  }, 50);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
