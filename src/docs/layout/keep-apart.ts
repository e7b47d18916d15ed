// Places boxes of a column as near as possible to where they want to be, without overlap and in the given order: the
// least weighted squares, solved exactly by pooling neighbours that would overlap (isotonic regression), in linear
// time.

/**
 * @param wanted upper borders the boxes would like
 * @param tall their heights
 * @param weight how much each insists, above 0
 * @param gap least distance between two boxes
 * @param low,high borders of the whole, kept if the boxes fit between them
 * @returns the upper border of each box
 */
export function keepApart(
  wanted: ArrayLike<number>,
  tall: ArrayLike<number>,
  weight: ArrayLike<number>,
  gap: number,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY,
): Float64Array {
  const count = wanted.length;
  const offset = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) offset[i + 1] = offset[i]! + tall[i]! + gap;
  // Less its offset, each place may not be below that of its predecessor: pools hold those that share one.
  const pools: { sum: number; weight: number; last: number }[] = [];
  for (let i = 0; i < count; i++) {
    let pool = { sum: (wanted[i]! - offset[i]!) * weight[i]!, weight: weight[i]!, last: i };
    for (let before = pools.at(-1); before !== undefined; before = pools.at(-1)) {
      if (before.sum / before.weight <= pool.sum / pool.weight) break;
      pool = { sum: before.sum + pool.sum, weight: before.weight + pool.weight, last: i };
      pools.pop();
    }
    pools.push(pool);
  }
  const top = new Float64Array(count);
  const most = Math.max(low, high - (offset[count]! - gap));
  let i = 0;
  for (const pool of pools) {
    const place = Math.min(Math.max(pool.sum / pool.weight, low), most);
    for (; i <= pool.last; i++) top[i] = place + offset[i]!;
  }
  return top;
}
