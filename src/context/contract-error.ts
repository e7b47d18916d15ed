// The message of a broken contract: columns missing, extra or of another type, in one table.

import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import { memberOf } from "../jinja/value-path.ts";
import { tableText } from "./table-text.ts";

interface ContractColumn {
  readonly name: string;
  readonly type: string;
}

/** A column that is not as promised; `got` is null when the query lacks it, `promised` when the contract does. */
export interface ColumnMismatch {
  readonly name: string;
  readonly got: string | null;
  readonly promised: string | null;
}

/** What differs, for messages with places; the cause of the error that ends the template. */
export class ContractMismatch extends Error {
  constructor(
    readonly columns: readonly ColumnMismatch[],
    text: string,
  ) {
    super(text);
    this.name = "ContractMismatch";
  }
}

/**
 * @param yamlColumns columns of the contract, @param sqlColumns columns of the query: lists of objects with name and data_type
 * @returns what differs, sorted by column; its message is dbt's table
 */
export function contractMismatch(yamlColumns: Value, sqlColumns: Value): ContractMismatch {
  const contract = columns(yamlColumns);
  const definition = columns(sqlColumns);
  if (contract.length === 0)
    return new ContractMismatch(
      [],
      "this model has an enforced contract, but no columns are described for it",
    );
  const rows: string[][] = [];
  for (const { name, type } of definition) {
    const promised = contract.find((column) => column.name === name);
    if (!promised) rows.push([name, type, "", "missing in contract"]);
    else if (promised.type !== type) rows.push([name, type, promised.type, "data type mismatch"]);
  }
  for (const { name, type } of contract) {
    if (!definition.some((column) => column.name === name))
      rows.push([name, "", type, "missing in definition"]);
  }
  rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0));
  const names = ["column_name", "definition_type", "contract_type", "mismatch_reason"];
  const limits = {
    maxRows: Number.POSITIVE_INFINITY,
    maxColumns: names.length,
    maxWidth: 50,
    maxPrecision: 3,
  };
  const table = tableText({ names, types: names.map(() => "Text"), rows }, limits);
  const text = `the query does not give the columns that the model's contract promises:\n\n${table}`;
  const mismatches = rows.map(([name = "", got, promised]) => ({
    name,
    got: got || null,
    promised: promised || null,
  }));
  return new ContractMismatch(mismatches, text);
}

function columns(value: Value): ContractColumn[] {
  if (!Array.isArray(value)) return [];
  const text = (column: Value, key: string): string => toText(memberOf(column, key) ?? "");
  return value.map((column) => ({ name: text(column, "name"), type: text(column, "data_type") }));
}
