// What templates pass to make or change relations, read and checked: name parts, policies, kinds.

import type { RelationKind, RelationPart } from "../adapter/relation.ts";
import { didYouMean } from "../base/nearest.ts";
import { toText, truth, typeName } from "../jinja/operations.ts";
import { Undefined } from "../jinja/undefined.ts";
import type { Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { partsFromValue } from "./relation-parts-value.ts";

/** Constants of dbt's relation class, by the name of the attribute. */
export const KINDS: Readonly<Record<string, string>> = {
  Table: "table",
  View: "view",
  CTE: "cte",
  MaterializedView: "materialized_view",
  DynamicTable: "dynamic_table",
  External: "external",
  PointerTable: "pointer_table",
  Function: "function",
};

/** Arguments of the hash that identifies a snapshot's row. */
export function scdArgs(primaryKey: Value, updatedAt: Value): Value {
  return [...(Array.isArray(primaryKey) ? primaryKey : [primaryKey]), updatedAt];
}

/** Name parts of `path={...}`; a part that is no text is a mistake (often an undefined variable). */
export function pathChange(value: Value): Partial<Record<RelationPart, string | null>> {
  const change: Partial<Record<RelationPart, string | null>> = {};
  for (const [part, name] of Object.entries(partsFromValue(value)) as [RelationPart, Value][]) {
    change[part] = partFromValue(part, name);
  }
  return change;
}

/** A name part from a template: text or None. */
export function partFromValue(part: RelationPart, value: Value | undefined): string | null {
  if (value === undefined || value === null || typeof value === "string") return value ?? null;
  if (value instanceof Undefined) return value.fail();
  return fail("CompilationError", `the ${part} of a relation must be text, not ${typeName(value)}`);
}

/** A policy's parts, given as a dictionary or a Policy. */
export function booleans(value: Value): Partial<Record<RelationPart, boolean>> {
  const given = Object.entries(partsFromValue(value)).map(([part, flag]) => [part, truth(flag)]);
  return Object.fromEntries(given) as Partial<Record<RelationPart, boolean>>;
}

const RELATION_KINDS: readonly RelationKind[] = [
  "table",
  "view",
  "cte",
  "materialized_view",
  "dynamic_table",
  "external",
  "function",
];

/** A relation's kind from a template; dbt's "ephemeral" is a cte here. */
export function kindFromValue(value: Value | undefined): RelationKind | null {
  if (value === undefined || value === null) return null;
  const kind = value === "ephemeral" ? "cte" : RELATION_KINDS.find((known) => known === value);
  if (kind !== undefined) return kind;
  const help = didYouMean(toText(value), RELATION_KINDS) ?? `types: ${RELATION_KINDS.join(", ")}`;
  return fail("CompilationError", `"${toText(value)}" is not a type of relation`, help);
}
