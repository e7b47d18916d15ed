// Values that are rows with fields of known origins: a table's name as a value, structs that the query makes, and one of many
// such rows (`array_agg(t order by x)[offset(0)]`, `arg_max(t, x)`). So a field that is taken out again, or a star over the
// row, leads to its own columns and not to all that the row was made of.

import type { Call, Expression } from "../sql/query-tree.ts";
import { outputName } from "./output-name.ts";
import { type Column, derived, type Leaf, type Origins } from "./rowset.ts";
import { findColumn, type Scope } from "./scope.ts";
import { originsOf, type Tracer } from "./tracer.ts";

/** Functions that make a struct of their arguments. */
const MAKERS: ReadonlySet<string> = new Set(["struct_pack", "struct", "row"]);
/** Functions that give one of their first arguments, or a list of them. */
const PICKERS: ReadonlySet<string> = new Set(
  (
    "any_value arbitrary first last first_value last_value nth_value lag lead arg_max arg_min argmax argmin max_by min_by " +
    "array_agg list subscript array_first list_first list_last unnest"
  ).split(" "),
);

/** The fields of a value; undefined where it is no row, or none of which is known what it is made of. */
export function rowOf(expression: Expression, scope: Scope, tracer: Tracer): readonly Column[] | undefined {
  switch (expression.kind) {
    case "column": {
      const found = findColumn(expression.parts, scope, { ...tracer, problems: [] });
      return found === undefined || found.fields.length > 0 ? undefined : found.column.fields;
    }
    case "call":
      return MAKERS.has(expression.name)
        ? madeRow(expression, scope, tracer)
        : PICKERS.has(expression.name)
          ? pickedRow(expression, scope, tracer)
          : undefined;
    case "over": {
      const { partitionBy, orderBy } = expression.window;
      return withOrigins(rowOf(expression.call, scope, tracer), [...partitionBy, ...orderBy], scope, tracer);
    }
    case "field":
      return fieldOf(expression.of, expression.name.text, scope, tracer)?.fields;
    default:
      return undefined;
  }
}

/** A field of a row by its name; undefined where it is not known. */
export function fieldOf(of: Expression, name: string, scope: Scope, tracer: Tracer): Column | undefined {
  const key = tracer.identifiers.columnKey({ text: name, quoted: false, at: null });
  return rowOf(of, scope, tracer)?.find((field) => field.key === key);
}

/** The field that `s['name']` takes. */
export function subscriptedField(call: Call, scope: Scope, tracer: Tracer): Column | undefined {
  const [of, index] = call.args;
  if (!isNamedSubscript(call) || of === undefined || index?.kind !== "literal") return undefined;
  return fieldOf(of, index.text, scope, tracer);
}

function isNamedSubscript({ name, args: [, index] }: Call): boolean {
  const isSubscript = name === "subscript" || name === "struct_extract";
  return isSubscript && index?.kind === "literal" && index.type === "string";
}

function madeRow({ args }: Call, scope: Scope, tracer: Tracer): readonly Column[] | undefined {
  const { identifiers } = tracer;
  const quiet: Tracer = { ...tracer, problems: [] };
  const fields = args.map((arg): Column | undefined => {
    const value = arg.kind === "argument" ? arg.value : arg;
    const name = arg.kind === "argument" ? arg.name : outputName(value, identifiers);
    if (name === null || value.kind === "star") return undefined;
    const names = { name: identifiers.spelled(name), key: identifiers.columnKey(name) };
    const plain = value.kind === "column" ? findColumn(value.parts, scope, quiet) : undefined;
    if (plain?.fields.length === 0) return { ...plain.column, ...names };
    const origins = new Map<Leaf, "copy" | "derive">();
    const type = quiet.expression(value, scope, origins);
    return { ...names, origins, type, computedAt: value.at, fields: rowOf(value, scope, quiet) };
  });
  const known = fields.filter((field) => field !== undefined);
  return known.length === fields.length && known.length > 0 ? known : undefined;
}

function pickedRow(call: Call, scope: Scope, tracer: Tracer): readonly Column[] | undefined {
  const [of, ...others] = call.args;
  if (of === undefined) return undefined;
  if (isNamedSubscript(call)) return subscriptedField(call, scope, tracer)?.fields;
  return withOrigins(rowOf(of, scope, tracer), [...others, ...call.also], scope, tracer);
}

/** Which row it is depends on more. */
function withOrigins(
  fields: readonly Column[] | undefined,
  others: readonly Expression[],
  scope: Scope,
  tracer: Tracer,
): readonly Column[] | undefined {
  if (fields === undefined) return undefined;
  const more: Origins = originsOf(others, scope, { ...tracer, problems: [] });
  return fields.map((field) => ({ ...field, origins: derived(field.origins, more), computedAt: null }));
}
