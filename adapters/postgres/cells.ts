// Brings the texts that Postgres sends to neutral cells (src/adapter/result.ts). The conversion is chosen once a column.
// Sessions print dates in ISO form and floats exactly, so most texts are cells already.

import { exactInteger } from "../../src/adapter/cell-texts.ts";
import type { Cell } from "../../src/adapter/result.ts";
import { readArray } from "./array-text.ts";
import type { TypeFacts } from "./types.ts";

/** Turns one value that is not NULL into its cell. */
export type ToCell = (text: string) => Cell;

/** @returns the conversion for a column of that type */
export function toCell(type: TypeFacts): ToCell {
  switch (type.family) {
    case "boolean":
      return (text) => text === "t";
    case "integer":
      return exactInteger;
    case "float":
      return floatingPoint;
    case "binary":
      return (text) => Uint8Array.from(Buffer.from(text.slice(2), "hex"));
    case "timestamptz":
      return (text) => withMinutes(text);
    case "time":
      return type.name === "time with time zone" ? (text) => withMinutes(text) : asIs;
    case "json":
      return asIs;
    case "list": {
      const element = type.element;
      // Arrays of types that the driver of dbt does not know stay texts in dbt, too.
      return element === undefined ? asIs : (text) => readArray(text, elementCell(element));
    }
    default:
      return asIs;
  }
}

const asIs: ToCell = (text) => text;

/** Number() reads "Infinity" and "NaN" as Postgres writes them. */
const floatingPoint: ToCell = (text) => Number(text);

/** Decimals in a list become floats, as dbt's JSON of a list has them. */
function elementCell(element: TypeFacts): ToCell {
  return element.family === "decimal" ? floatingPoint : toCell(element);
}

/** "+01" as "+01:00": the form that all engines are brought to. */
function withMinutes(text: string): string {
  return text.replace(/([+-]\d\d)$/, "$1:00");
}
