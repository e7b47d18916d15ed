// `relation.path`, `relation.include_policy` and `relation.quote_policy` as templates see them: three named parts.

import { RELATION_PARTS, type RelationPart, type RelationParts } from "../adapter/relation.ts";
import { type Dict, NativeFunction, PyObject, type Value } from "../jinja/value.ts";
import { hostFunction, orElse } from "./host-function.ts";

export class RelationPartsValue extends PyObject {
  constructor(
    override readonly typeName: "Path" | "Policy",
    readonly parts: RelationParts<string | boolean | null>,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    const part = RELATION_PARTS.find((known) => known === name);
    if (part !== undefined) return this.parts[part];
    if (name === "get_part" || name === "get") {
      return hostFunction(name, ["key", "default?"], (key, otherwise) => orElse(this.part(key), otherwise));
    }
    if (name === "get_lowered_part") {
      return hostFunction(name, ["key"], (key) => {
        const part = this.part(key);
        return typeof part === "string" ? part.toLowerCase() : (part ?? null);
      });
    }
    if (name === "to_dict") return new NativeFunction(name, () => this.toDict());
    return undefined;
  }

  override getItem(key: Value): Value | undefined {
    return this.part(key);
  }

  toDict(): Dict {
    return new Map(RELATION_PARTS.map((part) => [part, this.parts[part]]));
  }

  override toText(): string {
    const shown = RELATION_PARTS.map((part) => `${part}=${shownPart(this.parts[part])}`);
    return `${this.typeName}(${shown.join(", ")})`;
  }

  override equals(other: Value): boolean {
    return (
      other instanceof RelationPartsValue &&
      RELATION_PARTS.every((part) => this.parts[part] === other.parts[part])
    );
  }

  private part(key: Value): string | boolean | null | undefined {
    const part = RELATION_PARTS.find((known) => known === key);
    return part === undefined ? undefined : this.parts[part];
  }
}

function shownPart(part: string | boolean | null): string {
  if (part === null) return "None";
  if (typeof part === "boolean") return part ? "True" : "False";
  return `'${part}'`;
}

/**
 * Name parts from what a template passed: `{"schema": "x"}` or a Path or Policy.
 * @returns only the parts that were given
 */
export function partsFromValue(value: Value | undefined): Partial<Record<RelationPart, Value>> {
  const given: Partial<Record<RelationPart, Value>> = {};
  if (value instanceof Map) {
    for (const part of RELATION_PARTS) {
      const item = value.get(part);
      if (item !== undefined) given[part] = item;
    }
  } else if (value instanceof RelationPartsValue) {
    for (const part of RELATION_PARTS) given[part] = value.parts[part];
  }
  return given;
}
