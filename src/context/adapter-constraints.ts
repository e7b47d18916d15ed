// `adapter.render_raw_columns_constraints` and `render_raw_model_constraints`: constraints of a contract as DDL.
// What an adapter supports is asked of its capabilities; the form is dbt's (dbt-adapters, base/impl.py).

import type { Adapter } from "../adapter/adapter.ts";
import { iterate, toText, truth } from "../jinja/operations.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { type AdapterMethod, method } from "./adapter-method.ts";
import { fail } from "./fail.ts";
import type { NodeContext } from "./node-context.ts";

const KINDS: ReadonlySet<string> = new Set([
  "check",
  "not_null",
  "unique",
  "primary_key",
  "foreign_key",
  "custom",
]);

interface ConstraintFacts {
  readonly type: string;
  readonly name: string;
  readonly expression: string;
  readonly columns: string;
  readonly to: string;
  readonly toColumns: string;
  readonly warnUnsupported: boolean;
  readonly warnUnenforced: boolean;
}

function constraintOf(raw: Value): ConstraintFacts {
  const type = raw instanceof Map ? raw.get("type") : undefined;
  if (!(raw instanceof Map) || typeof type !== "string" || !KINDS.has(type)) {
    return fail(
      "DbtValidationError",
      `a constraint cannot be understood: ${toText(raw)}`,
      `types: ${[...KINDS].join(", ")}`,
    );
  }
  return {
    type,
    name: text(raw, "name"),
    expression: text(raw, "expression"),
    columns: list(raw, "columns"),
    to: text(raw, "to"),
    toColumns: list(raw, "to_columns"),
    warnUnsupported: truth(raw.get("warn_unsupported") ?? true),
    warnUnenforced: truth(raw.get("warn_unenforced") ?? true),
  };
}

function text(raw: Dict, key: string): string {
  return toText(raw.get(key) ?? "");
}

function list(raw: Dict, key: string): string {
  const items = raw.get(key);
  return items === undefined || items === null
    ? ""
    : [...iterate(items)].map((item) => toText(item)).join(", ");
}

/** Renders what the adapter supports and warns of what it does not support or enforce. */
function rendered(
  context: NodeContext,
  constraint: ConstraintFacts,
  render: (constraint: ConstraintFacts, adapter: Adapter) => string | null,
): string | null {
  const { adapter } = context.scope.shared;
  const { type } = constraint;
  if (type === "custom") return render(constraint, adapter);
  const support = adapter.capabilities.constraints[type as keyof Adapter["capabilities"]["constraints"]];
  if (support === "unsupported") {
    if (constraint.warnUnsupported)
      context.warn(`constraints of type ${type} are not supported by ${adapter.type}; it is left out`);
    return null;
  }
  if (support === "accepted" && constraint.warnUnenforced) {
    context.warn(`constraints of type ${type} are accepted but not enforced by ${adapter.type}`);
  }
  return render(constraint, adapter);
}

function columnConstraint(
  { type, expression, to, toColumns }: ConstraintFacts,
  adapter: Adapter,
): string | null {
  switch (type) {
    case "check":
      return expression === "" ? null : `check (${expression})`;
    case "not_null":
      return `not null ${expression}`.trim();
    case "unique":
      return `unique ${expression}`.trim();
    case "primary_key":
      return `primary key ${expression}`.trim();
    case "foreign_key":
      if (to !== "" && toColumns !== "") return `references ${foreignTable(to, adapter)} (${toColumns})`;
      return expression === "" ? null : `references ${expression}`;
    default:
      return expression === "" ? null : expression;
  }
}

function modelConstraint(
  { type, name, expression, columns, to, toColumns }: ConstraintFacts,
  adapter: Adapter,
): string | null {
  const prefix = name === "" ? "" : `constraint ${name} `;
  const middle = expression === "" ? "" : ` ${expression}`;
  switch (type) {
    case "check":
      return expression === "" ? null : `${prefix}check (${expression})`;
    case "unique":
      return `${prefix}unique${middle} (${columns})`;
    case "primary_key":
      return `${prefix}primary key${middle} (${columns})`;
    case "foreign_key":
      if (to !== "" && toColumns !== "") {
        return `${prefix}foreign key (${columns}) references ${foreignTable(to, adapter)} (${toColumns})`;
      }
      return expression === "" ? null : `${prefix}foreign key (${columns}) references ${expression}`;
    case "custom":
      return expression === "" ? null : `${prefix}${expression}`;
    default:
      return null;
  }
}

/** Engines that write to one database at a time cannot refer to another: the name goes without its database there. */
function foreignTable(to: string, adapter: Adapter): string {
  const parts = to.split(".");
  return parts.length > 2 && !adapter.capabilities.crossDatabaseWrites ? parts.slice(1).join(".") : to;
}

function columnDefinition(context: NodeContext, column: Value): string {
  if (!(column instanceof Map))
    return fail("DbtValidationError", `a column cannot be understood: ${toText(column)}`);
  const name = text(column, "name");
  const shown = truth(column.get("quote") ?? false) ? context.scope.shared.adapter.quote(name) : name;
  const parts = [`${shown} ${text(column, "data_type")}`];
  for (const raw of iterate(column.get("constraints") ?? [])) {
    const constraint = rendered(context, constraintOf(raw), columnConstraint);
    if (constraint !== null) parts.push(constraint);
  }
  return parts.join(" ");
}

export const constraintMethods: Readonly<Record<string, AdapterMethod>> = {
  render_raw_columns_constraints: method(["raw_columns"], undefined, (context, columns) =>
    columns instanceof Map ? [...columns.values()].map((column) => columnDefinition(context, column)) : [],
  ),
  render_raw_model_constraints: method(["raw_constraints"], undefined, (context, constraints) =>
    [...iterate(constraints)]
      .map((raw) => rendered(context, constraintOf(raw), modelConstraint))
      .filter((constraint) => constraint !== null),
  ),
};
