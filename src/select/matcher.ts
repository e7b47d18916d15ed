// What a method of selection gives: a test for resources, or the error for a value that it does not know.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { PreviousState } from "../manifest/previous-state.ts";
import type { Criterion } from "./criterion.ts";

export type Matcher = (resource: Resource) => boolean;

export interface MethodDeps {
  readonly manifest: Manifest;
  readonly previous: PreviousState | undefined;
  readonly columns?: ColumnReach;
}

/** What `column:` asks of the column lineage, which is read before nodes are selected. */
export interface ColumnReach {
  /** The node of a column. @throws EtlError when there is no such column */
  node(address: string): NodeId;
  /** Nodes that a column depends on. @param depth how many nodes far */
  parents(address: string, depth: number): ReadonlySet<NodeId>;
  /** Nodes whose values or rows depend on it. */
  children(address: string, depth: number): ReadonlySet<NodeId>;
}

/** @throws EtlError where `column:` cannot be answered: in selectors.yml */
export function columnReach(criterion: Criterion, columns: ColumnReach | undefined): ColumnReach {
  if (columns !== undefined) return columns;
  throw new EtlError([
    errorAt(
      "selection-invalid",
      `"${criterion.raw}" selects by column, which no selector can`,
      criterion.place,
      {
        help: "give it with --select or --exclude",
      },
    ),
  ]);
}

/** The error for a value that a method with a fixed list of values does not have. */
export function wrongValue(criterion: Criterion, known: readonly string[]): EtlError {
  const near = nearest(String(criterion.value), known);
  return new EtlError([
    errorAt(
      "selection-invalid",
      `${criterion.method} cannot be "${String(criterion.value)}" (in "${criterion.raw}")`,
      criterion.place,
      { help: near ? `did you mean "${criterion.method}:${near}"?` : `values: ${known.join(", ")}` },
    ),
  ]);
}
