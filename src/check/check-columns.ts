// Columns that properties, tests and contracts name but the query of their model does not give, known from its lineage.

import type { TypeSystem } from "../adapter/adapter.ts";
import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { LineageColumn } from "../lineage/lineage-graph.ts";
import type { NodeLineage } from "../lineage/node-lineage.ts";
import type { Column, DataTest, Model, Snapshot } from "../manifest/node.ts";

/**
 * @param tests the tests of the node that name one of its columns
 * @param types of the warehouse
 * @returns nothing for a node whose columns are not all known
 */
export function checkColumns(
  node: Model | Snapshot,
  { node: { columns, status }, isBound, isUncertain }: NodeLineage,
  tests: readonly DataTest[],
  types: TypeSystem,
): Diagnostic[] {
  const isKnown = !isUncertain && (status.kind === "traced" || isBound === true);
  if (!isKnown || columns.length === 0) return [];
  const there = new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
  const isMissing = (name: string) => isPlain(name) && !there.has(name.toLowerCase());
  const what = `${node.resourceType} "${node.name}"`;
  const help = (name: string) => {
    return {
      help: didYouMean(name, [...there.values()]) ?? `columns: ${[...there.values()].join(", ")}`,
    };
  };
  const contracted = node.resourceType === "model" && node.contract.enforced;
  const described = [...node.columns.values()].filter(({ name }) => isMissing(name));
  const told = new Set(described.map(({ name }) => name.toLowerCase()));
  const tell = (column: Column): Diagnostic =>
    contracted
      ? errorAt(
          "contract-broken",
          `${what} does not give the column "${column.name}" of its contract`,
          column.place,
          help(column.name),
        )
      : warningAt(
          "column-unmatched",
          `column "${column.name}" of ${what} is described, but its query does not give it`,
          column.place,
          help(column.name),
        );
  const untold = tests.filter(({ columnName }) => {
    const name = unquoted(columnName ?? "");
    return isMissing(name) && !told.has(name.toLowerCase());
  });
  return [
    ...described.map(tell),
    ...untold.map((test) => {
      const name = unquoted(test.columnName ?? "");
      const text = `test "${test.name}" is on the column "${name}", which ${what} does not give`;
      return errorAt("sql-column", text, test.place, help(name));
    }),
    ...(contracted ? outsideContract(node, [...there.values()], node.patchPlace ?? node.place, what) : []),
    ...(contracted && isBound === true ? otherTypes(node, columns, types, what) : []),
  ];
}

function outsideContract(
  { columns }: Model,
  given: readonly string[],
  place: Place,
  what: string,
): Diagnostic[] {
  const known = new Set([...columns.keys()].map((name) => name.toLowerCase()));
  return given
    .filter((name) => !known.has(name.toLowerCase()))
    .map((name) =>
      errorAt(
        "contract-broken",
        `${what} gives the column "${name}", which its contract does not name`,
        place,
        {
          help: `add it to the columns of ${what}, or take it out of the query`,
        },
      ),
    );
}

/** Types as the engine gives them against those that the contract says, compared as a run compares them. */
function otherTypes(
  { columns }: Model,
  given: readonly LineageColumn[],
  { normalize, contractName, family }: TypeSystem,
  what: string,
): Diagnostic[] {
  const types = new Map(given.map(({ name, type }) => [name.toLowerCase(), type]));
  return [...columns.values()].flatMap(({ name, dataType, place }) => {
    const type = types.get(name.toLowerCase());
    if (dataType === null || type === undefined || type === null) return [];
    const promised = normalize(dataType);
    // Types that users made are known to their database only.
    if (family(promised) === "other" || contractName(promised) === contractName(type)) return [];
    const text = `the column "${name}" of ${what} is ${type}, its contract says ${promised}`;
    const help = `write data_type: ${type.toLowerCase()}, or cast(... as ${promised.toLowerCase()}) in the query`;
    return [errorAt("contract-broken", text, place, { help })];
  });
}

/** Names that need no quotes: others may be expressions, which tests take as well. */
function isPlain(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name);
}

function unquoted(name: string): string {
  return /^"[^"]*"$/.test(name) ? name.slice(1, -1) : name;
}
