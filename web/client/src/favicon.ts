/**
 * EDGE: the small sign on the browser's tab, lit while the room is on air.
 */
export function light(onAir: boolean): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = onAir ? "/mark-on-air.svg" : "/mark.svg";
  if (link !== null && link.getAttribute("href") !== href) link.setAttribute("href", href);
}
