/**
 * A row dragged by its handle, with finger, pen or mouse: where it is now, and how the others make way.
 */
import { fallsAt, makesWay, moved } from "./reorder";
import type { Row } from "./reorder";

/** Nearer than this to the screen's edge the page scrolls on, in pixels and pixels a picture. */
const EDGE = 96;
const SCROLL = 12;

export class Dragging {
  #rows: Row[] = [];
  #startY = 0;
  #y = 0;
  #frame = 0;
  #stop: (() => void) | null = null;
  id = $state<string | null>(null);
  from = $state(0);
  to = $state(0);
  dy = $state(0);

  /**
   * Take hold of the row `id`. `ids` are those that can be moved, `elements` their rows; `done` gets the new order where
   * the row was let go elsewhere.
   */
  grip(
    event: PointerEvent,
    id: string,
    ids: readonly string[],
    elements: readonly HTMLElement[],
    done: (ids: string[]) => void,
  ): void {
    if (!event.isPrimary || event.button !== 0 || this.id !== null) return;
    event.preventDefault();
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    this.#rows = elements.map((element) => {
      const { top, height } = element.getBoundingClientRect();
      return { top: top + scrollY, height };
    });
    this.#startY = event.clientY + scrollY;
    this.#y = event.clientY;
    this.id = id;
    this.from = this.to = ids.indexOf(id);
    this.dy = 0;

    const move = (now: PointerEvent) => (this.#y = now.clientY);
    const up = () => {
      const order = this.to === this.from ? null : moved(ids, id, this.to);
      this.cancel();
      if (order !== null) done(order);
    };
    const key = (now: KeyboardEvent) => now.key === "Escape" && this.cancel();
    const cancel = () => this.cancel();
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", up);
    handle.addEventListener("pointercancel", cancel);
    addEventListener("keydown", key);
    this.#stop = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", up);
      handle.removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", key);
    };
    this.#draw();
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame);
    this.#stop?.();
    this.#stop = null;
    this.id = null;
    this.dy = 0;
  }

  /** By how much the row at `index` stands off its place. */
  shift(index: number): number {
    if (this.id === null) return 0;
    return index === this.from ? this.dy : makesWay(this.#rows, index, this.from, this.to);
  }

  #draw = (): void => {
    if (this.#y < EDGE) scrollBy(0, -SCROLL);
    else if (this.#y > innerHeight - EDGE) scrollBy(0, SCROLL);
    this.dy = this.#y + scrollY - this.#startY;
    this.to = fallsAt(this.#rows, this.from, this.dy);
    this.#frame = requestAnimationFrame(this.#draw);
  };
}
