// A query's result as the table that templates get.

import type { QueryResult } from "../adapter/result.ts";
import { readerOf } from "./cell-values.ts";
import type { AgateTypeName } from "./table-data.ts";
import { type Print, TableValue } from "./table-value.ts";

/**
 * @param result what the warehouse answered; a name that stands twice gets "_2" and so on, as in dbt
 * @param print where the table's print methods write to
 */
export function tableOf(result: QueryResult, print: Print): TableValue {
  const readers = result.columns.map((column) => readerOf(column.family));
  const rows = result.rows.map((row) =>
    readers.map(({ read }, i) => {
      const cell = row[i];
      return cell === null || cell === undefined ? null : read(cell);
    }),
  );
  const types = readers.map(
    ({ type }, i): AgateTypeName => (rows.every((row) => row[i] === null) ? "Integer" : type),
  );
  return new TableValue(
    { names: uniqueNames(result.columns.map((column) => column.name)), types, rows },
    print,
  );
}

function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
