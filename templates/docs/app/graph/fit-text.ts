// Texts cut to a width. Measuring is the dearest call of a canvas, so each answer is kept; there are as many as boxes.

export class FitText {
  readonly #kept = new Map<string, string>();
  readonly #widths = new Map<string, number>();

  /**
   * @param context with its font set
   * @param width in units of the drawing
   * @returns the text, or its beginning and its end with "…" between: names differ at both
   */
  fit(context: CanvasRenderingContext2D, text: string, width: number): string {
    const key = `${Math.round(width)} ${context.font} ${text}`;
    let fitted = this.#kept.get(key);
    if (fitted === undefined) {
      fitted = shorten(text, (part) => context.measureText(part).width <= width);
      this.#kept.set(key, fitted);
    }
    return fitted;
  }

  /** Width of a text in the font that is set, for a font that is always the same for the same text. */
  width(context: CanvasRenderingContext2D, text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      width = context.measureText(text).width;
      this.#widths.set(text, width);
    }
    return width;
  }
}

/** The longest form of a text that fits. */
export function shorten(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  let low = 0;
  let high = text.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (fits(withoutMiddle(text, mid))) low = mid;
    else high = mid - 1;
  }
  return withoutMiddle(text, low);
}

function withoutMiddle(text: string, length: number): string {
  const end = Math.floor(length * 0.45);
  return `${text.slice(0, length - end)}…${end === 0 ? "" : text.slice(-end)}`;
}
