// Brings DuckDB's values to neutral cells (src/adapter/result.ts), one column of a chunk at a time: the conversion is
// chosen once a column, so a million integers cost no dispatch. Imports the driver: loaded by `open` only.

import type {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBEnumType,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimeNSValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBUnionType,
} from "@duckdb/node-api";
import { type DuckDBDataChunk, type DuckDBType, DuckDBTypeId, type DuckDBValue } from "@duckdb/node-api";
import type { Cell, Family } from "../../src/adapter/result.ts";
import { dateText, decimalText, timestampText, timeText, zonedText } from "./moments.ts";
import { literal, quote } from "./names.ts";

/** Turns one non-null value of a column into its cell. */
export type ToCell = (value: DuckDBValue) => Cell;

/** Values of types that a template sees as text are printed by the driver, in DuckDB's own form. */
const printed: ToCell = (value) => String(value);
const asIs: ToCell = (value) => value as Cell;
const wide: ToCell = (value) => smallest(value as bigint);

/**
 * @param type a column's type
 * @param zone the session's time zone, for TIMESTAMP WITH TIME ZONE
 * @returns the conversion for its values
 */
export function toCell(type: DuckDBType, zone: string): ToCell {
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return wide;
    case DuckDBTypeId.DECIMAL: {
      const { scale } = type as DuckDBDecimalType;
      return (value) => decimalText((value as DuckDBDecimalValue).value, scale);
    }
    case DuckDBTypeId.BLOB:
      return (value) => new Uint8Array((value as DuckDBBlobValue).bytes);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const item = nullable(toCell((type as DuckDBListType | DuckDBArrayType).valueType, zone));
      return (value) => (value as DuckDBListValue | DuckDBArrayValue).items.map(item);
    }
    case DuckDBTypeId.STRUCT:
      return structToCell(type as DuckDBStructType, zone);
    case DuckDBTypeId.MAP: {
      const key = nullable(toCell((type as DuckDBMapType).keyType, zone));
      const item = nullable(toCell((type as DuckDBMapType).valueType, zone));
      return (value) =>
        new Map(
          (value as DuckDBMapValue).entries.map((entry) => [String(key(entry.key)), item(entry.value)]),
        );
    }
    default:
      return momentToCell(type, zone) ?? (plain.has(type.typeId) ? asIs : printed);
  }
}

/** Types whose values the driver gives as the cell already. */
const plain: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.SQLNULL,
]);

function momentToCell(type: DuckDBType, zone: string): ToCell | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DATE:
      return (value) => dateText((value as DuckDBDateValue).days);
    case DuckDBTypeId.TIME:
      return (value) => timeText((value as DuckDBTimeValue).micros);
    case DuckDBTypeId.TIME_NS:
      return (value) => timeText((value as DuckDBTimeNSValue).nanos / 1000n);
    case DuckDBTypeId.TIMESTAMP:
      return (value) => timestampText((value as DuckDBTimestampValue).micros);
    case DuckDBTypeId.TIMESTAMP_S:
      return (value) => timestampText((value as DuckDBTimestampSecondsValue).seconds, 1_000_000n);
    case DuckDBTypeId.TIMESTAMP_MS:
      return (value) => timestampText((value as DuckDBTimestampMillisecondsValue).millis, 1000n);
    case DuckDBTypeId.TIMESTAMP_NS:
      return (value) => timestampText((value as DuckDBTimestampNanosecondsValue).nanos, 1n, 1000n);
    case DuckDBTypeId.TIMESTAMP_TZ: {
      const print = zonedText(zone);
      return (value) => print((value as DuckDBTimestampTZValue).micros);
    }
    default:
      return undefined;
  }
}

function structToCell(type: DuckDBStructType, zone: string): ToCell {
  const fields = type.entryNames.map((name, i) => ({
    name,
    convert: nullable(toCell(type.entryTypes[i] as DuckDBType, zone)),
  }));
  return (value) => {
    const entries = (value as DuckDBStructValue).entries;
    return new Map(fields.map(({ name, convert }) => [name, convert(entries[name] ?? null)]));
  };
}

function nullable(convert: ToCell): ToCell {
  return (value) => (value === null ? null : convert(value));
}

function smallest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Appends the rows of a chunk.
 * @param converters one per column
 * @param most at most so many rows are taken
 */
export function appendRows(
  rows: Cell[][],
  chunk: DuckDBDataChunk,
  converters: readonly ToCell[],
  most: number,
): void {
  const count = Math.min(chunk.rowCount, most);
  const first = rows.length;
  for (let r = 0; r < count; r++) rows.push(new Array<Cell>(converters.length));
  for (let c = 0; c < converters.length; c++) {
    const vector = chunk.getColumnVector(c);
    const convert = converters[c] as ToCell;
    for (let r = 0; r < count; r++) {
      const value = vector.getItem(r);
      (rows[first + r] as Cell[])[c] = value === null ? null : convert(value as DuckDBValue);
    }
  }
}

/** @returns the type's name as DESCRIBE prints it; the driver's own form quotes every field and loses JSON. */
export function typeName(type: DuckDBType): string {
  if (type.alias !== undefined) return type.alias;
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return `${typeName((type as DuckDBListType).valueType)}[]`;
    case DuckDBTypeId.ARRAY:
      return `${typeName((type as DuckDBArrayType).valueType)}[${(type as DuckDBArrayType).length}]`;
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return `STRUCT(${fieldList(entryNames, entryTypes)})`;
    }
    case DuckDBTypeId.UNION: {
      const { memberTags, memberTypes } = type as DuckDBUnionType;
      return `UNION(${fieldList(memberTags, memberTypes)})`;
    }
    case DuckDBTypeId.MAP:
      return `MAP(${typeName((type as DuckDBMapType).keyType)}, ${typeName((type as DuckDBMapType).valueType)})`;
    case DuckDBTypeId.ENUM:
      return `ENUM(${(type as DuckDBEnumType).values.map(literal).join(", ")})`;
    default:
      return String(type);
  }
}

function fieldList(names: readonly string[], types: readonly DuckDBType[]): string {
  return names
    .map((name, i) => {
      const written = /^[a-z_][a-z0-9_]*$/i.test(name) ? name : quote(name);
      return `${written} ${typeName(types[i] as DuckDBType)}`;
    })
    .join(", ");
}

/** The family of a column, read off its type. */
export function familyOf(type: DuckDBType, family: (name: string) => Family): Family {
  if (type.typeId === DuckDBTypeId.ENUM) return "text";
  if (type.typeId === DuckDBTypeId.SQLNULL) return "other";
  return family(typeName(type));
}
