// Which columns take part in an expression, and of what type its value is.

import type { Call, Expression, Window } from "../sql/query-tree.ts";
import { fieldOf, subscriptedField } from "./row-values.ts";
import { type Column, derive, type Leaf, noOrigins, type SqlType } from "./rowset.ts";
import { findColumn, type Scope } from "./scope.ts";
import { expandStar, type Output } from "./trace-star.ts";
import { originsOf, type Tracer } from "./tracer.ts";

type Into = Map<Leaf, "copy" | "derive">;

export function traceExpression(expression: Expression, scope: Scope, into: Into, tracer: Tracer): SqlType {
  const walk = (inner: Expression) => traceExpression(inner, scope, into, tracer);
  switch (expression.kind) {
    case "column": {
      const found = findColumn(expression.parts, scope, tracer);
      if (found === undefined) return null;
      derive(into, found.column.origins);
      return tracer.types.fieldType(
        found.column.type,
        found.fields.map(({ text }) => text),
      );
    }
    case "literal":
      return tracer.types.literalType(expression);
    case "call":
      return traceCall(expression, scope, into, tracer);
    case "cast":
      walk(expression.value);
      return tracer.types.castType(expression.type);
    case "case": {
      for (const condition of expression.conditions) walk(condition);
      return tracer.types.commonType(expression.results.map(walk));
    }
    case "field": {
      const field = fieldOf(expression.of, expression.name.text, scope, tracer);
      if (field !== undefined) return taken(field, into);
      return tracer.types.fieldType(walk(expression.of), [expression.name.text]);
    }
    case "argument":
      return walk(expression.value);
    case "query": {
      const { columns, unknown } = tracer.query(expression.query, scope.env, scope);
      for (const { origins } of columns) derive(into, origins);
      for (const relation of unknown) into.set(tracer.leaf(relation, null), "derive");
      return columns[0]?.type ?? null;
    }
    case "lambda": {
      const parameters = new Map(scope.parameters);
      for (const name of expression.parameters) {
        const key = tracer.identifiers.columnKey(name);
        parameters.set(key, { name: name.text, key, origins: noOrigins, type: null, computedAt: null });
      }
      const inner: Scope = { ...emptyScope(scope), parameters };
      for (const part of expression.body) traceExpression(part, inner, into, tracer);
      return null;
    }
    case "over": {
      traceWindow(expression.window, scope, into, tracer);
      return walk(expression.call);
    }
    case "star": {
      const output: Output = { columns: [], unknown: [] };
      expandStar(expression, scope, output, tracer);
      for (const { origins } of output.columns) derive(into, origins);
      for (const relation of output.unknown) into.set(tracer.leaf(relation, null), "derive");
      return null;
    }
  }
}

function taken({ origins, type }: Column, into: Into): SqlType {
  derive(into, origins);
  return type;
}

/** A scope without names of its own, inside of another. */
function emptyScope(parent: Scope): Scope {
  return { ...parent, sources: [], shared: new Map(), aliases: new Map(), parent };
}

/** Functions that make several rows of one where they stand in a select list. */
const ROW_MAKERS: ReadonlySet<string> = new Set(
  (
    "unnest explode explode_outer posexplode posexplode_outer inline inline_outer generate_series " +
    "regexp_split_to_table jsonb_array_elements jsonb_array_elements_text json_array_elements " +
    "json_array_elements_text jsonb_each jsonb_object_keys json_object_keys"
  ).split(" "),
);

function traceCall(call: Call, scope: Scope, into: Into, tracer: Tracer): SqlType {
  const { name, receiver, args, also } = call;
  const [first] = args;
  if (name === "exists" && first?.kind === "query") {
    // Whether there are rows: what they show does not matter.
    tracer.query(first.query, scope.env, scope);
    return tracer.types.callType(name, []);
  }
  const field = subscriptedField(call, scope, tracer);
  if (field !== undefined) return taken(field, into);
  if (receiver !== null && !isSchemaName(receiver, scope, tracer))
    traceExpression(receiver, scope, into, tracer);
  const counted = name === "count" && first?.kind === "star";
  const types = counted ? [] : args.map((arg) => traceExpression(arg, scope, into, tracer));
  if (ROW_MAKERS.has(name)) scope.env.note(originsOf(args, scope, tracer), "join");
  for (const part of also) traceExpression(part, scope, into, tracer);
  return tracer.types.callType(name, types);
}

/** `pg_catalog.now()`, `db.schema.f(x)` look like methods of a column. */
function isSchemaName(receiver: Expression, scope: Scope, tracer: Tracer): boolean {
  if (receiver.kind !== "column") return false;
  const quiet: Tracer = { ...tracer, problems: [] };
  return findColumn(receiver.parts, scope, quiet) === undefined;
}

function traceWindow(window: Window, scope: Scope, into: Into, tracer: Tracer): void {
  for (const part of [...window.partitionBy, ...window.orderBy]) traceExpression(part, scope, into, tracer);
  if (window.name === null) return;
  const named = scope.windows.get(tracer.identifiers.columnKey(window.name));
  if (named !== undefined && named !== window) traceWindow(named, scope, into, tracer);
}
