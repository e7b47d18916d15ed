// Powers of floats to the last bit: V8's `**` misses the nearest double in one of twenty cases, C's pow(), which Python asks, in
// one of a thousand. Logarithm and exponential are summed with 192 bits after the point, which takes some 40 us.

const BITS = 192n;
const ONE = 1n << BITS;
/** The natural logarithm of 2. */
const LN2 = 4350955369971217654477563090224794165364344896676135745069n;

/** Between these exponents a double has all of its 53 bits. */
const LARGEST = 1023;
const SMALLEST = -1022;

/** @returns the double nearest to the power; what JavaScript says where there is none, or one with fewer bits */
export function powerOf(base: number, power: number): number {
  const rough = base ** power;
  if (!Number.isFinite(rough) || rough === 0 || base === 0 || power === 0 || !Number.isFinite(power))
    return rough;
  const size = whole(Math.abs(base), power) ?? summed(Math.abs(base), power);
  return size === undefined ? rough : Math.sign(rough) * size;
}

/** A power that is a whole number, which may lie in the middle between two doubles. */
function whole(base: number, power: number): number | undefined {
  if (
    !Number.isSafeInteger(base) ||
    !Number.isInteger(power) ||
    power < 0 ||
    power * Math.log2(base) > LARGEST
  )
    return undefined;
  return Number(BigInt(base) ** BigInt(power));
}

function summed(base: number, power: number): number | undefined {
  const scaled = scale(power, logarithm(base));
  const twos = scaled / LN2;
  const exponent = Number(twos);
  if (exponent >= LARGEST || exponent <= SMALLEST) return undefined;
  return Number(exponential(scaled - twos * LN2)) * 2 ** -Number(BITS) * 2 ** exponent;
}

/** A finite double as an integer and the power of two that it is multiplied by. */
function parts(value: number): { readonly digits: bigint; readonly twos: number } {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const digits = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  return { digits: value < 0 ? -digits : digits, twos: Math.max(exponent, 1) - 1075 };
}

/** The fixed-point number times a double. */
function scale(factor: number, fixed: bigint): bigint {
  const { digits, twos } = parts(factor);
  const product = digits * fixed;
  return twos >= 0 ? product << BigInt(twos) : product >> BigInt(-twos);
}

/** ln(value) as the logarithm of its power of two and twice the area tangent of what is left, which is near 1. */
function logarithm(value: number): bigint {
  const { digits, twos } = parts(value);
  const length = digits.toString(2).length;
  const near = (digits << BITS) >> BigInt(length);
  const ratio = ((near - ONE) << BITS) / (near + ONE);
  const square = (ratio * ratio) >> BITS;
  let sum = 0n;
  for (let term = ratio, divisor = 1n; term !== 0n && term !== -1n; divisor += 2n) {
    sum += term / divisor;
    term = (term * square) >> BITS;
  }
  return 2n * sum + BigInt(twos + length) * LN2;
}

/** e to a number between -1 and 1. */
function exponential(value: bigint): bigint {
  let sum = 0n;
  for (let term = ONE, count = 1n; term !== 0n && term !== -1n; count++) {
    sum += term;
    term = ((term * value) >> BITS) / count;
  }
  return sum;
}
