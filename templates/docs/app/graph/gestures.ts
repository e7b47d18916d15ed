// Fingers, mouse and wheel as what they mean: pan, zoom, point, click, double click. A second click soon after the
// first counts as a double one at the place of the first, whatever has moved there meanwhile.

export interface GestureEvents {
  /** Pixels of the element. */
  onPan(dx: number, dy: number): void;
  onZoom(px: number, py: number, factor: number): void;
  onPoint(px: number, py: number): void;
  onLeave(): void;
  onClick(px: number, py: number): void;
  onDoubleClick(): void;
}

const CLICK_MOVES = 5;
const DOUBLE_MS = 340;

interface Point {
  readonly x: number;
  readonly y: number;
}

export class Gestures {
  readonly #pointers = new Map<number, Point>();
  #moved = 0;
  #lastClick = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0 };

  /** @param wheelNeedsKey a small picture in a page: the wheel scrolls the page unless Ctrl is held */
  constructor(
    private readonly element: HTMLElement,
    private readonly events: GestureEvents,
    wheelNeedsKey: boolean,
    signal: AbortSignal,
  ) {
    element.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    element.addEventListener("pointerup", (event) => this.#up(event), { signal });
    element.addEventListener("pointercancel", (event) => this.#pointers.delete(event.pointerId), { signal });
    element.addEventListener("pointerleave", () => events.onLeave(), { signal });
    element.addEventListener(
      "wheel",
      (event) => {
        if (wheelNeedsKey && !event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.#wheel(event);
      },
      { signal, passive: false },
    );
  }

  #at(event: MouseEvent): Point {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.#pointers.size === 0) this.#moved = 0;
    this.#pointers.set(event.pointerId, this.#at(event));
    this.element.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const now = this.#at(event);
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) {
      this.events.onPoint(now.x, now.y);
      return;
    }
    this.#pointers.set(event.pointerId, now);
    this.#moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.#pinch(before, now, other);
    else if (this.#moved > CLICK_MOVES) this.events.onPan(now.x - before.x, now.y - before.y);
  }

  /** One finger moved while the other stood: zoom about the middle, and pan by half of the way. */
  #pinch(before: Point, now: Point, other: Point): void {
    const distance = (point: Point) => Math.max(20, Math.hypot(point.x - other.x, point.y - other.y));
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.events.onPan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.events.onZoom(middle.x, middle.y, distance(now) / distance(before));
  }

  #up(event: PointerEvent): void {
    const wasAlone = this.#pointers.size === 1;
    if (!this.#pointers.delete(event.pointerId) || !wasAlone || this.#moved > CLICK_MOVES) return;
    const { x, y } = this.#at(event);
    const last = this.#lastClick;
    const isDouble =
      event.timeStamp - last.at < DOUBLE_MS && Math.hypot(x - last.x, y - last.y) < 2 * CLICK_MOVES;
    this.#lastClick = { at: isDouble ? Number.NEGATIVE_INFINITY : event.timeStamp, x, y };
    if (isDouble) this.events.onDoubleClick();
    else this.events.onClick(x, y);
  }

  #wheel(event: WheelEvent): void {
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
    if (event.shiftKey) {
      this.events.onPan(-(event.deltaX || event.deltaY) * lines, 0);
      return;
    }
    const { x, y } = this.#at(event);
    const strength = event.ctrlKey ? 0.01 : 0.0016;
    this.events.onZoom(x, y, Math.exp(-event.deltaY * lines * strength));
  }
}
