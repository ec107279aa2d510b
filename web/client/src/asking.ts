/**
 * Whether questions are taken now, and what is said where they are not: starting soon, closed, over; and how fast one
 * may ask.
 *
 * Pure: the time is handed in as milliseconds since 1970, of the service's clock.
 */
import type { AirView, AskingView } from "./types";
import { clock, day, zone } from "./words";

export type Phase = "soon" | "open" | "closed" | "over";

/** Sooner than this, the opening is counted down, in milliseconds. */
const COUNTED_MS = 60_000;

export function phase(asking: AskingView, now: number): Phase {
  if (asking.over) return "over";
  if (asking.open) return "open";
  if (asking.opens_at === null) return "closed";
  // The service takes questions from that moment on, a little before it says so to all.
  return Date.parse(asking.opens_at) <= now ? "open" : "soon";
}

/** "Questions open at 14:05 CET", "… on Tuesday at 14:05 CET", in the last minute "… in 42 s". */
export function opening(opensAt: string, now: number, timeZone: string): string {
  const left = Date.parse(opensAt) - now;
  if (left <= COUNTED_MS) return `Questions open in ${Math.max(1, Math.ceil(left / 1000))} s`;
  const date = day(opensAt, now, timeZone);
  const words = `${clock(opensAt, timeZone)} ${zone(opensAt, timeZone)}`;
  return date === null ? `Questions open at ${words}` : `Questions open on ${date} at ${words}`;
}

export interface Words {
  readonly title: string;
  readonly more: string;
}

/** What stands in place of the box; null while questions are taken. */
export function instead(asking: AskingView, now: number, timeZone: string, room: string): Words | null {
  switch (phase(asking, now)) {
    case "open":
      return null;
    case "soon":
      return {
        title: asking.opens_at === null ? "Starting soon" : opening(asking.opens_at, now, timeZone),
        more: "Write yours then. This page opens the box by itself.",
      };
    case "closed":
      return { title: "Questions are closed", more: `${room} takes them again later. This page opens the box by itself.` };
    case "over":
      return { title: "The event is over", more: "Thank you for asking. Questions and answers stay here to be read." };
  }
}

/** Why there is no picture while nothing goes out. */
export function darkness(asking: AskingView, now: number): Words {
  switch (phase(asking, now)) {
    case "soon":
      return { title: "Starting soon", more: "The picture appears here by itself when the room goes on air." };
    case "over":
      return { title: "The event is over", more: "Thank you for watching." };
    default:
      return { title: "Off air", more: "The picture appears here by itself when the room goes on air." };
  }
}

/** The room screen's large words while no question is on air. */
export function invitation(asking: AskingView, now: number, timeZone: string, { air, ready }: { air: AirView; ready: boolean }): Words {
  const how = "Scan the code, or open the address below, and ask the room.";
  switch (phase(asking, now)) {
    case "open":
      if (ready) return { title: "What would you like to know?", more: "The next question is ready." };
      return { title: "What would you like to know?", more: how };
    case "soon":
      return {
        title: asking.opens_at === null ? "Starting soon" : opening(asking.opens_at, now, timeZone),
        more: "Scan the code, or open the address below, to be there.",
      };
    case "closed":
      return { title: "Questions are closed", more: air.on ? "They open again later." : "They open again with the room." };
    case "over":
      return { title: "The event is over", more: "Thank you for asking. Questions and answers stay at the address below." };
  }
}

/** "One question a minute", "One question every 30 seconds". */
export function pace(waitS: number): string {
  const units: [number, string, string][] = [
    [86_400, "a day", "days"],
    [3600, "an hour", "hours"],
    [60, "a minute", "minutes"],
    [1, "a second", "seconds"],
  ];
  const whole = Math.max(1, Math.round(waitS));
  for (const [length, one, many] of units) {
    if (whole % length === 0) return whole === length ? `One question ${one}` : `One question every ${whole / length} ${many}`;
  }
  return `One question every ${whole} seconds`;
}
