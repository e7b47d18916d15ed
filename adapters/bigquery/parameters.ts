// Values for the places of a statement (?), in the API's form: each with its type, so null has one too.

import type { Cell } from "../../src/adapter/result.ts";

/** `queryParameters` of a job. */
export interface QueryParameter {
  readonly parameterType: { readonly type: string; readonly arrayType?: { readonly type: string } };
  readonly parameterValue: {
    readonly value?: string | null;
    readonly arrayValues?: readonly { readonly value: string | null }[];
  };
}

/** @throws Error for a mapping, which cannot be bound */
export function parameterOf(cell: Cell): QueryParameter {
  if (cell instanceof Map) throw new Error("a mapping cannot be bound");
  if (Array.isArray(cell)) {
    const items = cell.map((item: Cell) => parameterOf(item));
    const type = items[0]?.parameterType.type ?? "STRING";
    return {
      parameterType: { type: "ARRAY", arrayType: { type } },
      parameterValue: {
        arrayValues: items.map(({ parameterValue }) => ({ value: parameterValue.value ?? null })),
      },
    };
  }
  const [type, value] = typed(cell as Exclude<Cell, readonly Cell[]>);
  return { parameterType: { type }, parameterValue: { value } };
}

function typed(cell: Exclude<Cell, readonly Cell[]>): readonly [string, string | null] {
  // NULL of this type goes into a column of any.
  if (cell === null) return ["INT64", null];
  if (typeof cell === "boolean") return ["BOOL", String(cell)];
  if (typeof cell === "bigint") return ["INT64", String(cell)];
  if (typeof cell === "number") return [Number.isSafeInteger(cell) ? "INT64" : "FLOAT64", String(cell)];
  if (cell instanceof Uint8Array) return ["BYTES", Buffer.from(cell).toString("base64")];
  return ["STRING", String(cell)];
}
