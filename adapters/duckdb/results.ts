// Results of the driver as columns and rows, and cells as values to bind.

import {
  blobValue,
  type DuckDBDataChunk,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  type DuckDBValue,
  listValue,
  mapValue,
  ResultReturnType,
  StatementType,
} from "@duckdb/node-api";
import type { Cell, ResultColumn } from "../../src/adapter/result.ts";
import { appendRows, familyOf, toCell, typeName } from "./cells.ts";
import { types } from "./types.ts";

/** Names, types and families of a result's or a prepared statement's columns. */
export function columnsOf(
  source: Pick<DuckDBPreparedStatement, "columnCount" | "columnName" | "columnType">,
): ResultColumn[] {
  return Array.from({ length: source.columnCount }, (_, i) => {
    const type = source.columnType(i);
    return { name: source.columnName(i), type: typeName(type), family: familyOf(type, types.family) };
  });
}

/** Rows that a statement wrote; CREATE TABLE AS tells them as its one cell. */
export function affectedRows(result: DuckDBResult): number | undefined {
  if (result.returnType === ResultReturnType.CHANGED_ROWS) return result.rowsChanged;
  if (result.statementType !== StatementType.CREATE || result.isStreaming || result.columnCount !== 1)
    return undefined;
  const materialized = result as DuckDBMaterializedResult;
  const count = materialized.chunkCount > 0 ? materialized.getChunk(0).getColumnVector(0).getItem(0) : null;
  return typeof count === "bigint" ? Number(count) : undefined;
}

/** The chunks that hold the first `limit` rows; of a streaming result no more than those are computed. */
export async function readChunks(result: DuckDBResult, limit: number): Promise<DuckDBDataChunk[]> {
  const chunks: DuckDBDataChunk[] = [];
  if (!result.isStreaming) {
    const materialized = result as DuckDBMaterializedResult;
    for (let i = 0; i < materialized.chunkCount; i++) chunks.push(materialized.getChunk(i));
    return chunks;
  }
  for (let count = 0; count < limit; ) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    count += chunk.rowCount;
    chunks.push(chunk);
  }
  return chunks;
}

/** @param zone the session's time zone */
export function rowsOf(
  result: DuckDBResult,
  chunks: readonly DuckDBDataChunk[],
  zone: string,
  limit: number,
): Cell[][] {
  const converters = result.columnTypes().map((type) => toCell(type, zone));
  const rows: Cell[][] = [];
  for (const chunk of chunks) appendRows(rows, chunk, converters, limit - rows.length);
  return rows;
}

/** A cell as a value to bind; whole numbers as BIGINT, since the driver would bind them as DOUBLE. */
export function toDuckDB(cell: Cell): DuckDBValue {
  if (typeof cell === "number") return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
  if (cell instanceof Uint8Array) return blobValue(cell);
  if (cell instanceof Map)
    return mapValue([...cell].map(([key, value]) => ({ key, value: toDuckDB(value) })));
  if (Array.isArray(cell)) return listValue(cell.map(toDuckDB));
  return cell as DuckDBValue;
}
