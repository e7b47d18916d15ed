// Checksums by which other runs and tools tell whether something changed. They are dbt's to the letter, so that a
// manifest of dbt can be compared with one of ours: hashes of what Python prints for dbt's dataclasses.

import { createHash } from "node:crypto";
import { toRepr } from "../jinja/repr.ts";
import type { Column, Constraint } from "../manifest/node.ts";

/** Materializations whose relations hold constraints of the whole model. */
const ENFORCING: ReadonlySet<string> = new Set(["table", "incremental"]);

/** The checksum of an enforced contract (dbt-core, ModelNode.build_contract_checksum). */
export function contractChecksum(
  columns: ReadonlyMap<string, Column>,
  constraints: readonly Constraint[],
  materialized: string,
): string {
  const sorted = [...columns.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const text = sorted.map(
    (column) =>
      `|${column.name}${column.dataType ?? "None"}${constraintsText("ColumnLevelConstraint", column.constraints)}`,
  );
  if (ENFORCING.has(materialized))
    text.push(materialized, constraintsText("ModelLevelConstraint", constraints));
  return createHash("sha256").update(text.join("")).digest("hex");
}

function constraintsText(className: string, constraints: readonly Constraint[]): string {
  const shown = constraints.map((one) => {
    const fields = [
      `type=<ConstraintType.${one.type}: '${one.type}'>`,
      `name=${toRepr(one.name)}`,
      `expression=${toRepr(one.expression)}`,
      `warn_unenforced=${toRepr(one.warnUnenforced)}`,
      `warn_unsupported=${toRepr(one.warnUnsupported)}`,
      `to=${toRepr(one.to)}`,
      `to_columns=${toRepr([...one.toColumns])}`,
      ...(className === "ModelLevelConstraint" ? [`columns=${toRepr([...(one.columns ?? [])])}`] : []),
    ];
    return `${className}(${fields.join(", ")})`;
  });
  return `[${shown.join(", ")}]`;
}
