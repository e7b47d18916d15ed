// Parts of the JSON shapes that several kinds of resources share.

import type { Dict, Value } from "../jinja/value.ts";
import { type Column, type Constraint, type Docs, NO_VALUES, type RefCall } from "./node.ts";

/** A dict of the pairs, in their order. */
export function dict(pairs: readonly (readonly [Value, Value])[]): Dict {
  return new Map(pairs);
}

/** Texts that dbt knows as absent and we as empty. */
export function textOrNull(text: string): string | null {
  return text === "" ? null : text;
}

/** Owners begin with their address and name, whatever the user wrote first. */
export function ownerValue(owner: Dict): Dict {
  const value = dict([
    ["email", owner.get("email") ?? null],
    ["name", owner.get("name") ?? null],
  ]);
  for (const [key, more] of owner) value.set(key, more);
  return value;
}

export function refValue(ref: RefCall): Dict {
  return dict([
    ["name", ref.name],
    ["package", ref.packageName],
    ["version", ref.version],
  ]);
}

export function dependsValue(macros: readonly string[], nodes: readonly string[]): Dict {
  return dict([
    ["macros", [...macros]],
    ["nodes", [...nodes]],
  ]);
}

export function columnsValue(columns: ReadonlyMap<string, Column>): Dict {
  const value: Dict = new Map();
  for (const [name, column] of columns) value.set(name, columnValue(column));
  return value;
}

function columnValue(column: Column): Dict {
  const meta: Dict = column.meta === NO_VALUES ? new Map() : column.meta;
  const value: Dict = new Map();
  value
    .set("name", column.name)
    .set("description", column.description)
    .set("meta", meta)
    .set("data_type", column.dataType)
    .set("constraints", column.constraints.map(constraintValue))
    .set("quote", column.quote)
    // dbt keeps these two of a column's config, joined with what stands beside it.
    .set("config", new Map<Value, Value>().set("meta", meta).set("tags", [...column.tags]))
    .set("tags", [...column.tags])
    .set("granularity", column.granularity)
    .set("doc_blocks", [...column.docBlocks]);
  for (const [key, extra] of column.extra) value.set(key, extra);
  return value;
}

function constraintValue(constraint: Constraint): Dict {
  return dict([
    ["type", constraint.type],
    ["name", constraint.name],
    ["expression", constraint.expression],
    ["warn_unenforced", constraint.warnUnenforced],
    ["warn_unsupported", constraint.warnUnsupported],
    ["to", constraint.to],
    ["to_columns", [...constraint.toColumns]],
  ]);
}

/** Constraints of a model name their columns, if only to say that there are none. */
export function modelConstraintValue(constraint: Constraint): Dict {
  return constraintValue(constraint).set("columns", [...(constraint.columns ?? [])]);
}

export function docsValue(docs: Docs): Dict {
  return dict([
    ["show", docs.show],
    ["node_color", docs.nodeColor],
  ]);
}
