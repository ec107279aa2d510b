/**
 * The truth about the programme in one glance: how grave, what is so, and the one thing to do.
 *
 * Pure. The gravest reason wins; the panel's top bar shows it and nothing else.
 */
import type { Link } from "./events";
import type { OutputView, SourceView, StateView } from "./types";

export type Grave = "good" | "warn" | "bad" | "off";

export interface Verdict {
  readonly grave: Grave;
  readonly sentence: string;
  /** The one thing to do; null where there is nothing. */
  readonly remedy: string | null;
}

const RANK: Record<Grave, number> = { bad: 3, warn: 2, off: 1, good: 0 };

/** `bad` is how many pictures came late or never in the last ten seconds, 0 where these are few. */
export function verdict(state: StateView, link: Link, bad = 0): Verdict {
  const all = [...ofLink(link), ...ofStudio(state), ...ofAir(state)];
  if (state.air.on && state.studio !== false) {
    all.push(...ofOutputs(state.outputs ?? []), ...ofSource(state), ...ofStrain(bad));
  }
  return all.toSorted((a, b) => RANK[b.grave] - RANK[a.grave])[0] ?? { grave: "good", sentence: "All is well", remedy: null };
}

function ofLink(link: Link): Verdict[] {
  if (link === "live") return [];
  const sentence = "No connection to the service: this panel may be old";
  return [{ grave: "warn", sentence, remedy: "It comes back by itself. Check this device's network." }];
}

function ofStudio(state: StateView): Verdict[] {
  if (state.studio !== false) return [];
  const sentence = "The media engine does not answer";
  return [{ grave: "bad", sentence, remedy: "It is started again by itself. If it is not back in 10 s, look at the machine." }];
}

function ofAir(state: StateView): Verdict[] {
  if (!state.air.on) return [{ grave: "off", sentence: "Nobody can watch now", remedy: null }];
  if (!state.air.blanked) return [];
  return [{ grave: "warn", sentence: "Blanked: the public sees the slate and hears nothing", remedy: "Press B to show the room." }];
}

function ofOutputs(outputs: readonly OutputView[]): Verdict[] {
  return outputs.flatMap((output): Verdict[] => {
    const name = outputName(output);
    if (output.state === "failed") {
      return [{ grave: "bad", sentence: `${name} failed`, remedy: output.reason ?? "Check its settings." }];
    }
    if (output.state === "reconnecting") {
      const why = output.reason === null ? "" : `: ${output.reason.replace(/\.$/, "")}`;
      return [{ grave: "warn", sentence: `${name} is reconnecting${why}`, remedy: stillGoing(output, outputs) }];
    }
    return [];
  });
}

function ofStrain(bad: number): Verdict[] {
  if (bad === 0) return [];
  const sentence = `The picture stutters: ${bad} pictures late or missing in 10 s`;
  return [{ grave: "warn", sentence, remedy: "The machine is too busy. Close what else runs on it." }];
}

function stillGoing(lost: OutputView, outputs: readonly OutputView[]): string {
  const live = outputs.filter((one) => one !== lost && one.state === "live");
  if (live.some((one) => one.kind === "recording")) return "Still recording. It tries again by itself.";
  return "It tries again by itself.";
}

function ofSource(state: StateView): Verdict[] {
  const chosen = state.sources?.find((one) => one.chosen);
  if (chosen === undefined || chosen.state === "live") return [];
  return [{ grave: "bad", sentence: `${sourceTrouble(chosen)}: the public sees the slate`, remedy: sourceRemedy(chosen, state) }];
}

function sourceTrouble(source: SourceView): string {
  if (source.state === "failed") return `The source "${source.name}" failed`;
  if (source.state === "lost") return `The source "${source.name}" stopped`;
  return `The source "${source.name}" has not sent anything yet`;
}

function sourceRemedy(source: SourceView, state: StateView): string {
  if (source.state === "failed" && source.reason !== null) return source.reason;
  const other = state.sources?.find((one) => one !== source && one.state === "live");
  if (other !== undefined) return `Choose another source, for instance "${other.name}".`;
  return source.kind === "whip" ? "Open the camera page on its device and go live." : "Check its cable and its settings.";
}

/** What an output is called on the panel: those that are always there by what they do. */
export function outputName(output: Pick<OutputView, "kind" | "name">): string {
  if (output.kind === "recording") return "Recording";
  if (output.kind === "hls") return "Web player";
  return output.name;
}

/** How an output stands, in words. */
export function outputWord(output: Pick<OutputView, "state" | "tries" | "kind">): string {
  switch (output.state) {
    case "live":
      return output.kind === "recording" ? "writing" : "live";
    case "connecting":
      return "connecting";
    case "reconnecting":
      return output.tries > 0 ? `reconnecting, try ${output.tries}` : "reconnecting";
    case "failed":
      return "failed";
    case "idle":
      return "off";
  }
}

/** How a source stands, in words. */
export function sourceWord(source: Pick<SourceView, "state">): string {
  return { live: "sending", waiting: "nothing yet", lost: "stopped", failed: "failed" }[source.state];
}
