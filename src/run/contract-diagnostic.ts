// A broken contract as a diagnostic: each column with the line of YAML that promises it.

import { type Diagnostic, errorAt, type Note, type Place } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { ColumnMismatch, ContractMismatch } from "../context/contract-error.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Resource } from "../manifest/node.ts";
import { selectItem } from "./error-place.ts";

/** @param resource the model with the contract */
export function contractDiagnostic(
  { columns }: ContractMismatch,
  resource: Resource,
  { adapter }: SharedScope,
): Diagnostic {
  const place = ({ name, promised }: ColumnMismatch): Place => {
    const selected = promised === null ? selectItem(resource, name) : undefined;
    if (selected) return selected;
    const fold = (text: string): string => adapter.foldIdentifier(text);
    const column =
      "columns" in resource
        ? [...resource.columns.values()].find((one) => fold(one.name) === fold(name))
        : undefined;
    const described = "patchPlace" in resource ? resource.patchPlace : null;
    return column?.place ?? described ?? resource.place;
  };
  const [first, ...others] = columns;
  const subject = `${resource.resourceType} "${resource.name}"`;
  if (!first) return errorAt("contract-broken", `${subject} has a contract without columns`, resource.place);
  const notes = others.map((one): Note => ({ message: inWords(one), place: place(one) }));
  return errorAt("contract-broken", `${subject} breaks its contract: ${inWords(first)}`, place(first), {
    ...(notes.length > 0 ? { notes } : {}),
    help: wayOut(first, columns),
  });
}

function inWords({ name, got, promised }: ColumnMismatch): string {
  if (got === null) return `the column "${name}" (${promised}) is missing in the query`;
  if (promised === null) return `the query has a column "${name}" (${got}), which the contract does not list`;
  return `the column "${name}" is ${got}, the contract says ${promised}`;
}

function wayOut({ name, got, promised }: ColumnMismatch, all: readonly ColumnMismatch[]): string {
  if (got === null) {
    const near = nearest(name, namesOf(all.filter((one) => one.promised === null)));
    return near === undefined
      ? `select "${name}" in the query, or take it out of columns:`
      : `the query calls it "${near}": rename one of them`;
  }
  if (promised === null) {
    const near = nearest(name, namesOf(all.filter((one) => one.got === null)));
    return near === undefined
      ? `add - name: ${name} with data_type: ${got.toLowerCase()} to columns:, or leave it out of the query`
      : `the contract calls it "${near}": rename one of them`;
  }
  return `write data_type: ${got.toLowerCase()}, or cast(... as ${promised.toLowerCase()}) in the query`;
}

function namesOf(columns: readonly ColumnMismatch[]): readonly string[] {
  return columns.map(({ name }) => name);
}
