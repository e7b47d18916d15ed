// One statement of the driver, from its text to a result: rows are read as a stream, and no more of them than are asked
// for. The driver itself waits for statements that take long, and asks again for what got lost on the way under the same
// request, which the warehouse runs once.

import type { Cell, QueryResult } from "../../src/adapter/result.ts";
import { resultColumn, toCell } from "./cells.ts";
import type { DriverConnection, DriverStatement } from "./driver.ts";

export interface StatementOptions {
  /** More rows are not read. */
  readonly maxRows: number;
  readonly binds?: readonly Cell[];
  /** The columns are told and nothing is run. */
  readonly describe?: boolean;
}

/**
 * @param started is given the statement as soon as it was sent, to cancel it
 * @throws what the driver says
 */
export async function runStatement(
  connection: DriverConnection,
  sql: string,
  options: StatementOptions,
  started: (statement: DriverStatement) => void,
): Promise<QueryResult> {
  const { maxRows, binds, describe = false } = options;
  const text = binds === undefined ? sql : withPlaceholders(sql);
  const statement = await new Promise<DriverStatement>((resolve, reject) => {
    const running = connection.execute({
      sqlText: text,
      ...(binds === undefined ? {} : { binds: binds.map(bindOf) }),
      ...(describe ? { describeOnly: true } : {}),
      complete: (error, done) => (error ? reject(error) : resolve(done)),
    });
    started(running);
  });
  const columns = (statement.getColumns() ?? []).map(resultColumn);
  const affected = describe ? undefined : affectedRows(statement);
  if (affected === undefined)
    return {
      columns,
      rows: describe ? [] : await readRows(statement, columns, maxRows),
      response: responseOf(statement, statement.getNumRows()),
    };
  // A statement that changes rows answers with their numbers, which are told apart.
  const [counts = []] = await readRows(statement, columns, 1);
  const response = { ...responseOf(statement, affected), ...countsByKind(columns, counts) };
  return { columns: [], rows: [], affected, response };
}

/** rows_inserted, rows_updated, rows_deleted, as far as the statement tells them: "number of rows inserted". */
function countsByKind(columns: QueryResult["columns"], counts: readonly Cell[]): QueryResult["response"] {
  const found = columns.flatMap(({ name }, i) => {
    const kind = /^number of rows (inserted|updated|deleted)$/i.exec(name)?.[1];
    const count = counts[i];
    return kind === undefined || typeof count !== "number" ? [] : [[`rows_${kind}`, count] as const];
  });
  return Object.fromEntries(found);
}

/** Rows that an INSERT, UPDATE, DELETE or MERGE has written. The driver does not tell those of CREATE TABLE ... AS. */
function affectedRows(statement: DriverStatement): number | undefined {
  const rows = statement.getNumUpdatedRows();
  return rows === undefined || rows < 0 ? undefined : rows;
}

/** dbt-snowflake's adapter_response, as far as the driver tells it. */
function responseOf(statement: DriverStatement, rows: number): QueryResult["response"] {
  const code = "SUCCESS";
  return { _message: `${code} ${rows}`, rows_affected: rows, code, query_id: statement.getQueryId() };
}

async function readRows(
  statement: DriverStatement,
  columns: QueryResult["columns"],
  maxRows: number,
): Promise<QueryResult["rows"]> {
  const wanted = Math.min(maxRows, statement.getNumRows());
  if (wanted <= 0) return [];
  const converters = columns.map(toCell);
  const rows: Cell[][] = [];
  for await (const row of statement.streamRows({ start: 0, end: wanted - 1 }) as AsyncIterable<
    readonly unknown[]
  >)
    rows.push(row.map((value, i) => converters[i]?.(value) ?? null));
  return rows;
}

/** Placeholders $1 and %s, which templates and etl write, as the driver has them. */
function withPlaceholders(sql: string): string {
  return sql.replaceAll(PLACEHOLDER, (found, kept: string | undefined, number: string | undefined) =>
    kept === undefined ? (number === undefined ? "?" : `:${number}`) : found,
  );
}

const PLACEHOLDER =
  /(--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$)|\$(\d+)|%s|\?/g;

/** Whole numbers of any size and documents travel as texts. */
function bindOf(cell: Cell): string | number | boolean | null {
  if (cell === null || typeof cell === "string" || typeof cell === "boolean") return cell;
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return String(cell);
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("hex");
  return JSON.stringify(cell instanceof Map ? Object.fromEntries(cell) : cell);
}
