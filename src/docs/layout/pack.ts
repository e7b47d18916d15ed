// Packs boxes into shelves: one after the other from left to right, a new shelf where the row is full. The first boxes
// (the largest parts of a graph) stay at the top, where one begins to read.

/** A size to pack. */
export interface Size {
  readonly w: number;
  readonly h: number;
}

/**
 * @param boxes in the order they shall have
 * @param gap between any two
 * @param aspect width over height to aim at; the widest box may exceed it
 * @returns left upper corners by index, and the size of all
 */
export function packBoxes(
  boxes: readonly Size[],
  gap: number,
  aspect: number,
): { readonly x: Float64Array; readonly y: Float64Array; readonly width: number; readonly height: number } {
  const area = boxes.reduce((sum, { w, h }) => sum + (w + gap) * (h + gap), 0);
  const widest = boxes.reduce((most, { w }) => Math.max(most, w), 0);
  const limit = Math.max(widest, Math.sqrt(area * aspect));
  const x = new Float64Array(boxes.length);
  const y = new Float64Array(boxes.length);
  let left = 0;
  let top = 0;
  let shelf = 0;
  let width = 0;
  boxes.forEach(({ w, h }, i) => {
    if (left > 0 && left + w > limit) {
      top += shelf + gap;
      left = 0;
      shelf = 0;
    }
    x[i] = left;
    y[i] = top;
    left += w + gap;
    shelf = Math.max(shelf, h);
    width = Math.max(width, left - gap);
  });
  return { x, y, width, height: top + shelf };
}
