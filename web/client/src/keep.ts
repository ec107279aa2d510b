/**
 * EDGE: a few words that this browser remembers for its owner.
 *
 * A browser that remembers nothing (private window, storage full) is no fault: the page works without.
 */
const PREFIX = "forward-prop.";

export function kept(key: string): string {
  try {
    return localStorage.getItem(PREFIX + key) ?? "";
  } catch {
    return "";
  }
}

export function keep(key: string, value: string): void {
  try {
    if (value === "") localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Nothing is lost but the convenience.
  }
}
