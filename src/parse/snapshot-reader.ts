// Reads what snapshot-writer.ts wrote. Texts are cut out of one long text without being copied, and objects are made by a
// function for each list of keys, so that all that are alike have one hidden class.

import { crc32 } from "node:zlib";
import { PyDate } from "../jinja/modules/date.ts";
import { PyDateTime } from "../jinja/modules/datetime-value.ts";
import { FixedZone } from "../jinja/modules/tzinfo.ts";
import { PyFloat, Tuple, type Value } from "../jinja/value.ts";
import {
  CONSTANTS,
  FORBIDDEN_KEY,
  HEADER,
  KIND_BITS,
  KIND_MASK,
  Kind,
  SHARED_KEYS,
} from "./snapshot-format.ts";

/** @returns undefined for bytes that `encodeSnapshot` did not write or that were damaged since */
export function decodeSnapshot(bytes: Uint8Array): unknown {
  const parts = partsOf(bytes);
  if (!parts) return undefined;
  try {
    return new SnapshotReader(parts).value();
  } catch {
    return undefined;
  }
}

type Make = (read: () => unknown) => object;

interface Parts {
  readonly texts: readonly string[];
  readonly numbers: Float64Array;
  readonly shapes: Uint32Array;
  readonly tokens: Uint32Array;
}

function partsOf(bytes: Uint8Array): Parts | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = HEADER.length * 4;
  if (buffer.length < start || crc32(buffer.subarray(4)) !== buffer.readUInt32LE(0)) return undefined;
  let end = start;
  const sizes = HEADER.slice(1).map((_, index) => buffer.readUInt32LE(4 + index * 4));
  const [lengths, narrow, wide, numbers, shapes, tokens] = sizes.map((size) => {
    end += size;
    return buffer.subarray(end - size, end);
  }) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  if (end !== buffer.length) return undefined;
  return {
    texts: textsOf(words(lengths), narrow.toString("latin1"), wide.toString("utf16le")),
    numbers: new Float64Array(copied(numbers)),
    shapes: words(shapes),
    tokens: words(tokens),
  };
}

function textsOf(lengths: Uint32Array, narrow: string, wide: string): string[] {
  const texts = new Array<string>(lengths.length);
  let inNarrow = 0;
  let inWide = 0;
  for (let index = 0; index < lengths.length; index++) {
    const coded = lengths[index] as number;
    const length = coded >>> 1;
    if (coded & 1) {
      texts[index] = wide.slice(inWide, inWide + length);
      inWide += length;
    } else {
      texts[index] = narrow.slice(inNarrow, inNarrow + length);
      inNarrow += length;
    }
  }
  return texts;
}

function words(bytes: Buffer): Uint32Array {
  return new Uint32Array(copied(bytes));
}

/** The bytes at an address that suits numbers of any size. */
function copied({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}

class SnapshotReader {
  private at = 0;
  private readonly shared: object[] = [];
  private readonly shapes: readonly { readonly make: Make; readonly isShared: boolean }[];

  constructor(private readonly parts: Parts) {
    this.shapes = shapesOf(parts);
  }

  readonly value = (): unknown => {
    const token = this.parts.tokens[this.at++] as number;
    const number = token >>> KIND_BITS;
    switch (token & KIND_MASK) {
      case Kind.constant:
        return CONSTANTS[number];
      case Kind.small:
        return number;
      case Kind.text:
        return this.parts.texts[number];
      case Kind.list:
        return this.items(number);
      case Kind.map:
        return this.map(number);
      case Kind.object:
        return this.object(number);
      case Kind.again:
        return this.shared[number];
      case Kind.number:
        return this.parts.numbers[number];
      case Kind.big:
        return BigInt(this.parts.texts[number] as string);
      default:
        return this.instance(token & KIND_MASK, number);
    }
  };

  private items(length: number): unknown[] {
    const items: unknown[] = [];
    for (let index = 0; index < length; index++) items.push(this.value());
    return items;
  }

  private map(size: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    for (let index = 0; index < size; index++) map.set(this.value(), this.value());
    if (size > 0) this.shared.push(map);
    return map;
  }

  private object(shape: number): object {
    const { make, isShared } = this.shapes[shape] as { make: Make; isShared: boolean };
    const object = make(this.value);
    if (isShared) this.shared.push(object);
    return object;
  }

  private instance(kind: number, number: number): unknown {
    switch (kind) {
      case Kind.float:
        return new PyFloat(this.parts.numbers[number] as number);
      case Kind.tuple:
        return new Tuple(this.items(number) as Value[]);
      case Kind.date:
        return new PyDate(number, this.value() as number, this.value() as number);
      case Kind.datetime:
        return this.datetime(number);
      case Kind.moment:
        return new Date(this.parts.numbers[number] as number);
      case Kind.set:
        return new Set(this.items(number));
      default:
        throw new Error("no such token");
    }
  }

  private datetime(year: number): PyDateTime {
    const [month, day, hour, minute, second, micros] = this.items(6) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const offset = this.value() as number | null;
    const zone = offset === null ? null : new FixedZone(offset);
    return new PyDateTime(year, month, day, hour, minute, second, micros, zone);
  }
}

function shapesOf({ shapes, texts }: Parts): { readonly make: Make; readonly isShared: boolean }[] {
  const found: { readonly make: Make; readonly isShared: boolean }[] = [];
  for (let at = 0; at < shapes.length; ) {
    const count = shapes[at++] as number;
    const keys = Array.from(shapes.subarray(at, at + count), (index) => texts[index] as string);
    at += count;
    found.push({ make: maker(keys), isShared: keys.length >= SHARED_KEYS });
  }
  return found;
}

/** A function that makes an object with these keys; the values are read in their order. */
function maker(keys: readonly string[]): Make {
  if (keys.includes(FORBIDDEN_KEY)) throw new Error("no key of an object");
  const members = keys.map((key) => `${JSON.stringify(key)}: read()`);
  return new Function("read", `return { ${members.join(", ")} };`) as Make;
}
