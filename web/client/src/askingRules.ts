/**
 * Whether and how questions are taken, in words, and the moment that a clock's time means.
 *
 * Pure: the time is handed in as milliseconds since 1970.
 */
import type { AskingRequest, AskingView } from "./types";
import { clock } from "./words";

export type Asked = "open" | "closed" | "timed" | "over";

/** How asking stands, as moderators choose it. */
export function asked(asking: AskingView): Asked {
  if (asking.over) return "over";
  if (asking.hand === "timer" && asking.opens_at !== null && !asking.open) return "timed";
  return asking.open ? "open" : "closed";
}

/** "Questions open", "Open at 14:00". */
export function askingWords(asking: AskingView, timeZone: string): string {
  switch (asked(asking)) {
    case "open":
      return "Questions open";
    case "closed":
      return "Questions closed";
    case "timed":
      return `Open at ${clock(asking.opens_at ?? "", timeZone)}`;
    case "over":
      return "Questions over";
  }
}

/** The same where there is little room. */
export function askingWord(asking: AskingView, timeZone: string): string {
  const words = askingWords(asking, timeZone).replace(/^Questions |^Open at /, "");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What would set asking back to as it is at `now`, where `change` is about to be made. */
export function before(asking: AskingView, change: AskingRequest, now: number): AskingRequest {
  const ahead = asking.opens_at !== null && Date.parse(asking.opens_at) > now;
  return {
    ...("hand" in change ? { hand: asking.hand ?? "timer" } : {}),
    ...("opens_at" in change ? { opens_at: ahead ? asking.opens_at : null } : {}),
    ...("slow_mode_s" in change ? { slow_mode_s: asking.wait_s ?? 0 } : {}),
    ...("mode" in change ? { mode: asking.mode ?? null } : {}),
    ...("order" in change ? { order: asking.order ?? null } : {}),
    ...("names" in change ? { names: asking.names } : {}),
  };
}

const MINUTE_MS = 60_000;
const DAY_MIN = 1440;

/** The next moment at which the clock in `timeZone` shows `time` ("14:05"), as RFC 3339; null where `time` is none. */
export function nextAt(time: string, timeZone: string, now: number): string | null {
  const wanted = minutes(time);
  if (wanted === null) return null;
  let moment = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  moment += ahead(moment, wanted, timeZone) * MINUTE_MS;
  if (moment <= now) moment += DAY_MIN * MINUTE_MS;
  // Where the clock was put on or back meanwhile, the way is longer or shorter by that.
  const off = ahead(moment, wanted, timeZone);
  moment += (off > DAY_MIN / 2 ? off - DAY_MIN : off) * MINUTE_MS;
  return new Date(moment).toISOString();
}

function ahead(moment: number, wanted: number, timeZone: string): number {
  return (wanted - (minutes(clock(moment, timeZone)) ?? 0) + DAY_MIN) % DAY_MIN;
}

function minutes(time: string): number | null {
  const [, hours, rest] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  return hours === undefined || rest === undefined ? null : Number(hours) * 60 + Number(rest);
}
