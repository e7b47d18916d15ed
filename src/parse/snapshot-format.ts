// The form in which the parse cache keeps data: a stream of tokens, one for each value, and the texts and numbers that
// they name. Every text is kept once, and so is every list of keys, since thousands of objects have the same ones: half the
// size of V8's own format, and half the time to read it.

import { NO_VALUES } from "../manifest/node.ts";

/** Low bits of a token; the rest is its number: an index, a length, or the value itself. */
export const KIND_BITS = 4;
export const KIND_MASK = (1 << KIND_BITS) - 1;
/** Numbers of tokens are smaller. */
export const NUMBER_LIMIT = 2 ** (32 - KIND_BITS);

export const Kind = {
  /** An index in CONSTANTS. */
  constant: 0,
  /** A whole number that is not negative. */
  small: 1,
  /** An index in the numbers. */
  number: 2,
  /** An index in the texts. */
  text: 3,
  /** Digits as an index in the texts. */
  big: 4,
  /** How many items follow. */
  list: 5,
  /** How many pairs follow. */
  map: 6,
  /** An index in the shapes; the values follow. */
  object: 7,
  /** What stood before: an index in the maps and objects that were complete then. */
  again: 8,
  float: 9,
  tuple: 10,
  /** Year; month and day follow. */
  date: 11,
  /** Year; month to microsecond and the offset of the zone in seconds, or null, follow. */
  datetime: 12,
  /** A JavaScript date: an index in the numbers. */
  moment: 13,
  set: 14,
} as const;

export const CONSTANTS: readonly unknown[] = [undefined, null, false, true, NO_VALUES];

/**
 * Objects with fewer keys are written out wherever they stand, which is no longer than to say where they stood before;
 * these are places and calls, by far the most.
 */
export const SHARED_KEYS = 8;

/** A key that a reader cannot give an object of its own. */
export const FORBIDDEN_KEY = "__proto__";

/** Numbers of 32 bits before the parts, in this order. */
export const HEADER = ["checksum", "lengths", "narrow", "wide", "numbers", "shapes", "tokens"] as const;
