// Data with template values as bytes, for the parse cache. V8's own format does nearly all of it: maps, big numbers and
// shared objects come back as they were. Only instances of classes would come back as plain objects, so a list beside the
// data says where they stood and how to make them again; reading needs no walk over the data.

import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { PyDate } from "../jinja/modules/date.ts";
import { PyDateTime } from "../jinja/modules/datetime-value.ts";
import { FixedZone } from "../jinja/modules/tzinfo.ts";
import { PyFloat, PyObject, PySet, Tuple, type Value } from "../jinja/value.ts";

/** How to make an instance again; `data` is plain. */
type Recipe =
  | { readonly kind: "float"; readonly data: number }
  | { readonly kind: "tuple"; readonly data: Value[] }
  | { readonly kind: "date"; readonly data: readonly [number, number, number] }
  | {
      readonly kind: "datetime";
      readonly data: readonly [number, number, number, number, number, number, number, number | null];
    };

/** Where an instance stands. Holders are walked depth first, so what is within an instance is made before it. */
interface Standing {
  readonly holder: object;
  readonly key: unknown;
  readonly recipe: Recipe;
}

const CHECKSUM_BYTES = 4;

/**
 * @returns the bytes in pieces, since they can be many; undefined when the data holds something that has no plain form
 *   (a relation, a function of a template)
 */
export function encodeSnapshot(data: object): readonly Buffer[] | undefined {
  const instances: Standing[] = [];
  try {
    new Walker(instances).walk(data);
  } catch (error) {
    if (error instanceof NoPlainForm) return undefined;
    throw error;
  }
  const payload = serialize({ data, instances });
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(payload));
  return [checksum, payload];
}

/** @returns undefined for bytes that `encodeSnapshot` did not write or that were damaged since */
export function decodeSnapshot(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = buffer.subarray(CHECKSUM_BYTES);
  if (buffer.length <= CHECKSUM_BYTES || crc32(payload) !== buffer.readUInt32LE(0)) return undefined;
  let read: { readonly data: unknown; readonly instances: readonly Standing[] };
  try {
    read = deserialize(payload) as typeof read;
  } catch {
    return undefined;
  }
  for (const { holder, key, recipe } of read.instances) put(holder, key, remade(recipe));
  return read.data;
}

class NoPlainForm extends Error {}

class Walker {
  /** Objects can be shared by many nodes (default configs); those that hold others are walked once. */
  private readonly seen = new Set<object>();
  private lastSeen: object | undefined;

  constructor(private readonly instances: Standing[]) {}

  walk(container: object): void {
    if (this.seen.has(container)) return;
    if (Array.isArray(container)) {
      for (let index = 0; index < container.length; index++) this.visit(container, index, container[index]);
    } else if (container instanceof Map) {
      for (const [key, value] of container) {
        if (typeof key === "object" && key !== null) throw new NoPlainForm();
        this.visit(container, key, value);
      }
    } else if (!(container instanceof Set || container instanceof Date)) {
      for (const key of Object.keys(container))
        this.visit(container, key, (container as Record<string, unknown>)[key]);
    }
  }

  private visit(holder: object, key: unknown, value: unknown): void {
    if (typeof value === "function") throw new NoPlainForm();
    if (typeof value !== "object" || value === null) return;
    if (this.lastSeen !== holder) {
      this.seen.add(holder);
      this.lastSeen = holder;
    }
    const recipe = recipeOf(value);
    if (recipe === undefined || recipe.kind === "tuple") this.walk(recipe?.data ?? value);
    if (recipe !== undefined) this.instances.push({ holder, key, recipe });
  }
}

function recipeOf(value: object): Recipe | undefined {
  if (value instanceof PyFloat) return { kind: "float", data: value.value };
  if (value instanceof Tuple) return { kind: "tuple", data: [...value.items] };
  if (value instanceof PyDateTime) {
    const { year, month, day, hour, minute, second, microsecond, zone } = value;
    const offset = zone === null ? null : zone instanceof FixedZone ? zone.seconds : undefined;
    if (offset === undefined) throw new NoPlainForm();
    return { kind: "datetime", data: [year, month, day, hour, minute, second, microsecond, offset] };
  }
  if (value instanceof PyDate) return { kind: "date", data: [value.year, value.month, value.day] };
  if (value instanceof PyObject || value instanceof PySet) throw new NoPlainForm();
  return undefined;
}

function remade(recipe: Recipe): Value {
  switch (recipe.kind) {
    case "float":
      return new PyFloat(recipe.data);
    case "tuple":
      return new Tuple(recipe.data);
    case "date":
      return new PyDate(...recipe.data);
    case "datetime": {
      const [year, month, day, hour, minute, second, micros, offset] = recipe.data;
      const zone = offset === null ? null : new FixedZone(offset);
      return new PyDateTime(year, month, day, hour, minute, second, micros, zone);
    }
  }
}

function put(holder: object, key: unknown, value: Value): void {
  if (holder instanceof Map) holder.set(key, value);
  else (holder as Record<PropertyKey, unknown>)[key as PropertyKey] = value;
}
