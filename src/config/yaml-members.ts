// The members of YAML collections while they are built: values in the order of the file, each with its place; merge keys
// and keys that stand twice by PyYAML's rules.

import type { Dict, Value } from "../jinja/value.ts";
import { YamlFault } from "./yaml-fault.ts";

/**
 * Offsets of the members of a collection: four numbers a member (key start, key end, value start, value end) in the
 * order of the Map or array.
 */
export type Spans = ReadonlyMap<object, readonly number[]>;

export interface Duplicate {
  readonly key: Value;
  /** Offsets of the key that is lost and of the one that wins. */
  readonly first: number;
  readonly second: number;
}

/** A value and where it stands. */
export interface Node {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
  /** A plain `<<`. */
  readonly merges: boolean;
}

export class ListBuilder {
  readonly values: Value[] = [];
  readonly spans: number[] = [];
  end: number | undefined;

  add(item: Node): void {
    this.values.push(item.value);
    this.spans.push(item.start, item.end, item.start, item.end);
    this.end = item.end;
  }
}

/** Collects the pairs of one mapping; merge keys come first, and own keys win over merged ones. */
export class PairBuilder {
  private readonly keys: Node[] = [];
  private readonly values: Node[] = [];
  private merges: Node[] | undefined;
  end: number | undefined;

  add(key: Node, value: Node): void {
    this.end = value.end;
    if (key.merges) {
      this.merges ??= [];
      this.merges.push(value);
    } else {
      this.keys.push(key);
      this.values.push(value);
    }
  }

  build(spans: Map<object, number[]>, duplicates: Duplicate[]): Dict {
    const members = new Members();
    for (const merge of this.merges ?? []) mergeInto(members, merge, spans);
    const merged = this.merges && new Set(members.dict.keys());
    for (let i = 0; i < this.keys.length; i++) {
      const key = this.keys[i] as Node;
      const value = this.values[i] as Node;
      if (key.value instanceof Map || Array.isArray(key.value))
        throw new YamlFault("key-unhashable", key.start);
      const first = members.set(key.value, value.value, key.start, key.end, value.start, value.end);
      if (first !== undefined && !merged?.delete(key.value))
        duplicates.push({ key: key.value, first, second: key.start });
    }
    spans.set(members.dict, members.spans);
    return members.dict;
  }
}

/** Keys that Python takes for one. */
const TWINS: ReadonlyMap<Value, Value> = new Map<Value, Value>([
  [0, false],
  [1, true],
  [false, 0],
  [true, 1],
]);

/** A Map with the spans of its members in the same order. */
class Members {
  readonly dict: Dict = new Map();
  readonly spans: number[] = [];
  /** Index of every key, made when the first key comes twice. */
  private index: Map<Value, number> | undefined;

  /** @returns where the key stood before; undefined when it is new */
  set(
    given: Value,
    value: Value,
    keyStart: number,
    keyEnd: number,
    start: number,
    end: number,
  ): number | undefined {
    const twin = typeof given === "string" ? undefined : TWINS.get(given);
    const key = twin !== undefined && this.dict.has(twin) ? twin : given;
    if (!this.dict.has(key)) {
      this.index?.set(key, this.dict.size);
      this.dict.set(key, value);
      this.spans.push(keyStart, keyEnd, start, end);
      return undefined;
    }
    this.index ??= new Map([...this.dict.keys()].map((known, i) => [known, i]));
    const at = (this.index.get(key) as number) * 4;
    const before = this.spans[at];
    this.spans.splice(at, 4, keyStart, keyEnd, start, end);
    this.dict.set(key, value);
    return before;
  }
}

/** PyYAML's `<<`: a mapping, or a list of mappings of which the first one wins. */
function mergeInto(members: Members, merge: Node, spans: Spans): void {
  const sources = Array.isArray(merge.value) ? [...merge.value].reverse() : [merge.value];
  for (const source of sources) {
    if (!(source instanceof Map)) throw new YamlFault("merge", merge.start);
    const from = spans.get(source) ?? [];
    let at = 0;
    for (const [key, value] of source) {
      members.set(key, value, ...placeAt(from, at));
      at += 4;
    }
  }
}

function placeAt(spans: readonly number[], at: number): [number, number, number, number] {
  const [keyStart = 0, keyEnd = 0, start = 0, end = 0] = spans.slice(at, at + 4);
  return [keyStart, keyEnd, start, end];
}
