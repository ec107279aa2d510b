/**
 * Figures and moments as words.
 *
 * Pure: the time is handed in as milliseconds since 1970.
 */

/** "1st", "2nd", "3rd", "4th", "11th", "21st". */
export function ordinal(n: number): string {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${["th", "st", "nd", "rd"][n % 10] ?? "th"}`;
}

/** "1 question", "2 questions". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Time gone since `since`, as "0:07", "12:44" or "1:12:44"; never below zero, as clocks differ. */
export function elapsed(since: string, now: number): string {
  return duration(Math.max(0, (now - Date.parse(since)) / 1000));
}

/** How long ago `moment` was, roughly: "now", "5 min", "2 h". */
export function ago(moment: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(moment)) / 60_000);
  if (minutes < 1) return "now";
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** "0:07", "12:44", "1:12:44". */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "in 8 s", "in 4 min", "in 2 h": how long to wait, rounded up so that it is never too early. */
export function wait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 90) return `in ${whole} s`;
  if (whole < 5400) return `in ${Math.ceil(whole / 60)} min`;
  return `in ${Math.ceil(whole / 3600)} h`;
}

/** "14:32" in `timeZone`; in the reader's own where the room's is not known to this browser. */
export function clock(moment: string | number, timeZone: string | undefined, seconds = false): string {
  return inZone(timeZone, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(seconds ? { second: "2-digit" } : {}),
  }).format(new Date(moment));
}

/** "CET", "GMT+9": what the clocks at `moment` are called in `timeZone`. */
export function zone(moment: string | number, timeZone: string | undefined): string {
  const parts = inZone(timeZone, { timeZoneName: "short" }).formatToParts(new Date(moment));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** "Tuesday" within the week to come, "24 November" beyond it; null for today. */
export function day(moment: string | number, now: number, timeZone: string | undefined): string | null {
  const date = inZone(timeZone, { year: "numeric", month: "2-digit", day: "2-digit" });
  const then = new Date(moment);
  if (date.format(then) === date.format(now)) return null;
  const near = then.getTime() - now < 6 * 86_400_000;
  return inZone(timeZone, near ? { weekday: "long" } : { day: "numeric", month: "long" }).format(then);
}

function inZone(timeZone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, ...(timeZone ? { timeZone } : {}) });
  } catch {
    return new Intl.DateTimeFormat("en-GB", options);
  }
}

/** "4.5 Mb/s", "128 kb/s", "0 b/s". */
export function bitrate(bps: number): string {
  if (bps >= 999_500) return `${(bps / 1e6).toFixed(1)} Mb/s`;
  if (bps >= 1000) return `${Math.round(bps / 1000)} kb/s`;
  return `${Math.round(bps)} b/s`;
}

/** The address without its scheme and closing slash, to be read out and typed. */
export function plainAddress(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
