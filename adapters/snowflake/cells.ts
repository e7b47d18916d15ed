// Values as the driver gives them, as neutral cells. It is asked for numbers and documents as texts, so that nothing is
// rounded; the column's type tells what they are.

import { exactInteger, shortFraction } from "../../src/adapter/cell-texts.ts";
import type { Cell, ResultColumn } from "../../src/adapter/result.ts";
import type { DriverStatement } from "./driver.ts";
import { dateCell, isDriverMoment, timestampCell, zonedCells } from "./moments.ts";
import { family } from "./types.ts";

export type ToCell = (value: unknown) => Cell;

type DriverColumn = ReturnType<DriverStatement["getColumn"]>;

/** @returns the column with Snowflake's name of its type: NUMBER(38,2), TIMESTAMP_NTZ(9) */
export function resultColumn(column: DriverColumn): ResultColumn {
  const type = typeName(column);
  return { name: column.getName(), type, family: family(type) };
}

/** The types that the protocol has a name of its own for. */
const protocolNames: Readonly<Record<string, string>> = { REAL: "FLOAT", TEXT: "VARCHAR" };

function typeName(column: DriverColumn): string {
  const name = column.getType().toUpperCase();
  if (name === "FIXED") return `NUMBER(${column.getPrecision()},${column.getScale()})`;
  if (name === "TIME" || name.startsWith("TIMESTAMP_")) return `${name}(${column.getScale()})`;
  return protocolNames[name] ?? name;
}

/** @returns the converter for a column's values, null among them */
export function toCell(column: ResultColumn): ToCell {
  const convert = column.family === "timestamptz" ? zonedCell() : (converters[column.family] ?? asText);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

const asText: ToCell = (value) => (typeof value === "string" ? value : String(value));

const converters: Partial<Readonly<Record<ResultColumn["family"], ToCell>>> = {
  boolean: (value) => value === true || value === "true" || value === "TRUE" || value === "1",
  integer: (value) => exactInteger(asText(value) as string),
  float: (value) => floatCell(asText(value) as string),
  date: (value) => (isDriverMoment(value) ? dateCell(value) : asText(value)),
  // Printed by the driver as TIME_OUTPUT_FORMAT says: without a fraction unless it was changed.
  time: (value) => shortFraction(asText(value) as string),
  timestamp: (value) => (isDriverMoment(value) ? timestampCell(value) : asText(value)),
  binary: (value) => (value instanceof Uint8Array ? new Uint8Array(value) : asText(value)),
};

function zonedCell(): ToCell {
  const print = zonedCells();
  return (value) => (isDriverMoment(value) ? print(value) : asText(value));
}

function floatCell(text: string): number {
  const infinite = /^(-?)inf(?:inity)?$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
