// int("...") and float("...") as Python reads them.

import { integerOf } from "./number.ts";

/** int(text, base): undefined where Python raises ValueError. */
export function parseIntegerText(text: string, base = 10): number | bigint | undefined {
  const match = /^\s*([+-]?)(0[xX]|0[oO]|0[bB])?(\w+)\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", prefix = "", rest = ""] = match;
  const prefixBase = { "0x": 16, "0o": 8, "0b": 2 }[prefix.toLowerCase()];
  const radix = base === 0 ? (prefixBase ?? 10) : base;
  const body = prefix !== "" && prefixBase !== radix ? prefix + rest : rest;
  if (
    !/^_?[\da-zA-Z]+(?:_[\da-zA-Z]+)*$/.test(body) ||
    (prefix === "" && body.startsWith("_")) ||
    body.length > 4300
  )
    return undefined;
  let value = 0n;
  for (const character of body.replaceAll("_", "")) {
    const digit = Number.parseInt(character, 36);
    if (!(digit < radix)) return undefined;
    value = value * BigInt(radix) + BigInt(digit);
  }
  return integerOf(sign === "-" ? -value : value);
}

/** float(text): undefined where Python raises ValueError. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special === null) return undefined;
  const size = special[2]?.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
  return special[1] === "-" ? -size : size;
}
