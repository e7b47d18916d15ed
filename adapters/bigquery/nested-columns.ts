// Columns of a contract whose names have dots are fields of structs: brought together to one column with a struct's type,
// as dbt-bigquery does (get_nested_column_data_types). A parent may be named too, with what it is: "array", "struct".

import { isOperationMap, type OperationData, type OperationMap } from "../../src/adapter/operation.ts";
import { splitAtCommas } from "../../src/adapter/type-names.ts";

interface Node {
  /** The type as written; undefined where only fields are. */
  type: string | undefined;
  readonly fields: Map<string, Node>;
}

/** @param columns by name, each with `name`, `data_type` and more · @returns the outermost columns; flat ones as they are */
export function nestedColumns(columns: OperationMap): OperationMap {
  const roots = new Map<string, Node>();
  for (const column of Object.values(columns)) {
    if (!isOperationMap(column)) continue;
    const path = String(column.name).split(".");
    let level = roots;
    for (const [i, name] of path.entries()) {
      const node = level.get(name) ?? { type: undefined, fields: new Map<string, Node>() };
      level.set(name, node);
      if (i === path.length - 1 && typeof column.data_type === "string") node.type = column.data_type;
      level = node.fields;
    }
  }
  const nested: Record<string, OperationData> = {};
  for (const [name, node] of roots) {
    const own = columns[name];
    const facts =
      isOperationMap(own) && node.fields.size === 0 ? own : { ...(isOperationMap(own) ? own : {}), name };
    const type = typeOf(node);
    nested[name] = { ...facts, ...(type === undefined ? {} : { data_type: type }) };
  }
  return nested;
}

function typeOf({ type, fields }: Node): string | undefined {
  if (fields.size === 0) return type;
  const members = [...fields].map(([name, node]) => `${name} ${typeOf(node) ?? ""}`.trim()).join(", ");
  // "array", "array<struct>" and "repeated" say that the parent is one.
  return /^(?:array|repeated)/i.test(type ?? "") ? `array<struct<${members}>>` : `struct<${members}>`;
}

/**
 * A column to be selected for a contract: a struct is made anew with its fields in the order of its type, since they are
 * inserted by position; NULL stays NULL.
 */
export function structSelection(name: string, type: string): string {
  const expression = rebuilt(name, type);
  return expression === name ? name : `${expression} as ${name}`;
}

function rebuilt(path: string, type: string): string {
  const inner = /^struct\s*<([\s\S]*)>$/i.exec(type.trim())?.[1];
  if (inner === undefined) return path;
  const fields = splitAtCommas(inner).map((field) => {
    const [, name = "", rest = ""] = /^(`[^`]+`|\S+)\s*([\s\S]*)$/.exec(field) ?? [];
    return `${rebuilt(`${path}.${name}`, rest)} as ${name}`;
  });
  return `if(${path} is null, null, struct(${fields.join(", ")}))`;
}
