/**
 * Whether the link to an answer is a clip that this page can play itself.
 *
 * Pure.
 */

/** True for an MP4 file of this very site: the content security policy lets no other play here. */
export function isClip(link: string, here: string): boolean {
  try {
    const address = new URL(link, here);
    return address.origin === new URL(here).origin && address.pathname.toLowerCase().endsWith(".mp4");
  } catch {
    return false;
  }
}
