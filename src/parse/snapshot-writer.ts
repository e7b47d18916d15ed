// Data with template values as bytes, for the parse cache; snapshot-format.ts says how, snapshot-reader.ts reads them.

import { crc32 } from "node:zlib";
import { PyDate } from "../jinja/modules/date.ts";
import { PyDateTime } from "../jinja/modules/datetime-value.ts";
import { FixedZone } from "../jinja/modules/tzinfo.ts";
import { PyFloat, Tuple } from "../jinja/value.ts";
import { NO_VALUES } from "../manifest/node.ts";
import { CONSTANTS, FORBIDDEN_KEY, KIND_BITS, Kind, NUMBER_LIMIT, SHARED_KEYS } from "./snapshot-format.ts";

/**
 * @param refused texts that must not be kept, in whole or as a part of another text
 * @returns the bytes in pieces, since they can be many; undefined when the data holds a text that is refused, or
 *   something that has no plain form (a relation, a function of a template)
 */
export function encodeSnapshot(data: object, refused: readonly string[] = []): readonly Buffer[] | undefined {
  const writer = new SnapshotWriter();
  try {
    writer.value(data);
  } catch (error) {
    if (error instanceof NoPlainForm) return undefined;
    throw error;
  }
  return writer.holds(refused) ? undefined : writer.finish();
}

class NoPlainForm extends Error {}

/** A list of keys, found key by key. */
interface Shape {
  readonly longer: Map<string, Shape>;
  index: number | undefined;
}

class SnapshotWriter {
  private tokens = new Uint32Array(1 << 12);
  private used = 0;
  private readonly texts = new Map<string, number>();
  private readonly numbers: number[] = [];
  private readonly shapes: Shape = { longer: new Map(), index: undefined };
  private shapeCount = 0;
  private readonly shapeKeys: number[] = [];
  private readonly shared = new Map<object, number>();

  value(value: unknown): void {
    if (typeof value === "string") this.token(Kind.text, this.text(value));
    else if (typeof value === "number") this.number(value);
    else if (typeof value === "bigint") this.token(Kind.big, this.text(String(value)));
    else if (value === null || typeof value === "boolean" || value === undefined)
      this.token(Kind.constant, CONSTANTS.indexOf(value));
    else if (typeof value !== "object") throw new NoPlainForm();
    else if (Array.isArray(value)) this.items(Kind.list, value);
    else this.object(value);
  }

  /** True when one of the texts stands in what was written. */
  holds(refused: readonly string[]): boolean {
    if (refused.length === 0) return false;
    const all = [...this.texts.keys()].join("\n");
    return refused.some((text) => text !== "" && all.includes(text));
  }

  finish(): readonly Buffer[] {
    const lengths = new Uint32Array(this.texts.size);
    const narrow: string[] = [];
    const wide: string[] = [];
    let index = 0;
    for (const text of this.texts.keys()) {
      const isWide = WIDE.test(text);
      (isWide ? wide : narrow).push(text);
      lengths[index++] = text.length * 2 + (isWide ? 1 : 0);
    }
    const parts = [
      lengths,
      Buffer.from(narrow.join(""), "latin1"),
      Buffer.from(wide.join(""), "utf16le"),
      new Float64Array(this.numbers),
      new Uint32Array(this.shapeKeys),
      this.tokens.subarray(0, this.used),
    ].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
    const head = Buffer.from(new Uint32Array(parts.map(({ length }) => length)).buffer);
    // zlib takes the address of nothing for the wish to begin anew.
    const checksum = [head, ...parts].reduce((sum, part) => (part.length === 0 ? sum : crc32(part, sum)), 0);
    return [Buffer.from(new Uint32Array([checksum]).buffer), head, ...parts];
  }

  private token(kind: number, number: number): void {
    if (number >= NUMBER_LIMIT) throw new NoPlainForm();
    if (this.used === this.tokens.length) {
      const larger = new Uint32Array(this.used * 2);
      larger.set(this.tokens);
      this.tokens = larger;
    }
    this.tokens[this.used++] = number * (1 << KIND_BITS) + kind;
  }

  private text(text: string): number {
    let index = this.texts.get(text);
    if (index === undefined) {
      index = this.texts.size;
      this.texts.set(text, index);
    }
    return index;
  }

  private number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < NUMBER_LIMIT && !Object.is(value, -0))
      this.token(Kind.small, value);
    else this.token(Kind.number, this.numbers.push(value) - 1);
  }

  private items(kind: number, items: readonly unknown[]): void {
    this.token(kind, items.length);
    for (const item of items) this.value(item);
  }

  private object(value: object): void {
    const before = this.shared.get(value);
    if (before !== undefined) this.token(Kind.again, before);
    else if (value === NO_VALUES) this.token(Kind.constant, CONSTANTS.indexOf(value));
    else if (value instanceof Map) this.map(value);
    else if (Object.getPrototypeOf(value) === Object.prototype) this.plain(value);
    else this.instance(value);
  }

  private map(map: ReadonlyMap<unknown, unknown>): void {
    this.token(Kind.map, map.size);
    for (const [key, value] of map) {
      this.value(key);
      this.value(value);
    }
    if (map.size > 0) this.shared.set(map, this.shared.size);
  }

  private plain(object: object): void {
    const keys = Object.keys(object);
    this.token(Kind.object, this.shape(keys));
    for (const key of keys) this.value((object as Readonly<Record<string, unknown>>)[key]);
    if (keys.length >= SHARED_KEYS) this.shared.set(object, this.shared.size);
  }

  private shape(keys: readonly string[]): number {
    let shape = this.shapes;
    for (const key of keys) {
      let next = shape.longer.get(key);
      if (!next) {
        next = { longer: new Map(), index: undefined };
        shape.longer.set(key, next);
      }
      shape = next;
    }
    if (shape.index === undefined) {
      if (keys.includes(FORBIDDEN_KEY)) throw new NoPlainForm();
      shape.index = this.shapeCount++;
      this.shapeKeys.push(keys.length, ...keys.map((key) => this.text(key)));
    }
    return shape.index;
  }

  private instance(value: object): void {
    if (value instanceof PyFloat) this.token(Kind.float, this.numbers.push(value.value) - 1);
    else if (value instanceof Tuple) this.items(Kind.tuple, value.items);
    else if (value instanceof PyDateTime) this.datetime(value);
    else if (value instanceof PyDate) this.date(Kind.date, [value.year, value.month, value.day]);
    else if (value instanceof Date) this.token(Kind.moment, this.numbers.push(value.getTime()) - 1);
    else if (value instanceof Set) this.items(Kind.set, [...value]);
    else throw new NoPlainForm();
  }

  private datetime({ year, month, day, hour, minute, second, microsecond, zone }: PyDateTime): void {
    if (zone !== null && !(zone instanceof FixedZone)) throw new NoPlainForm();
    const offset = zone === null ? null : zone.seconds;
    this.date(Kind.datetime, [year, month, day, hour, minute, second, microsecond, offset]);
  }

  private date(kind: number, [year, ...rest]: readonly [number, ...(number | null)[]]): void {
    this.token(kind, year);
    for (const part of rest) this.value(part);
  }
}

/** Characters that take more than a byte each. */
const WIDE = /[^\0-\xff]/;
