// Values as they come in Trino's JSON, as neutral cells. Numbers beyond 2^53 arrive as texts (see query.ts), binary as
// base64, rows as arrays and maps as objects; the column's signature tells which.

import { exactInteger, shortFraction } from "../../src/adapter/cell-texts.ts";
import type { Cell, Family } from "../../src/adapter/result.ts";
import { zonedCells } from "./moments.ts";
import { family } from "./types.ts";

/** `typeSignature` of Trino's protocol. */
export interface TypeSignature {
  readonly rawType: string;
  readonly arguments: readonly { readonly kind: string; readonly value: unknown }[];
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type ToCell = (value: Json) => Cell;

/** @returns the converter for a column's values, null among them */
export function toCell(signature: TypeSignature): ToCell {
  const convert = converters[family(signature.rawType)](signature);
  return (value) => (value === null ? null : convert(value));
}

const asText: ToCell = (value) => (typeof value === "string" ? value : JSON.stringify(value));

const converters: Readonly<Record<Family, (signature: TypeSignature) => ToCell>> = {
  boolean: () => (value) => value === true,
  integer: () => (value) => (typeof value === "string" ? exactInteger(value) : Number(value)),
  // "NaN", "Infinity" and "-Infinity" come as texts.
  float: () => (value) => Number(value),
  decimal: () => asText,
  text: () => asText,
  date: () => asText,
  time: () => (value) => shortFraction(asText(value) as string),
  timestamp: () => (value) => shortFraction(asText(value) as string),
  timestamptz: () => {
    const print = zonedCells();
    return (value) => print(asText(value) as string);
  },
  interval: () => asText,
  binary: () => (value) => new Uint8Array(Buffer.from(asText(value) as string, "base64")),
  json: () => asText,
  list: listOf,
  struct: (signature) => (signature.rawType === "map" ? mapOf(signature) : rowOf(signature)),
  other: () => asText,
};

function listOf({ arguments: [element] }: TypeSignature): ToCell {
  const convert = toCell(signatureOf(element?.value));
  return (value) => (Array.isArray(value) ? value.map(convert) : asText(value as Json));
}

/** Keys are texts: JSON has no others. */
function mapOf({ arguments: [, element] }: TypeSignature): ToCell {
  const convert = toCell(signatureOf(element?.value));
  return (value) =>
    isRecord(value)
      ? new Map(Object.entries(value).map(([key, one]) => [key, convert(one as Json)]))
      : asText(value);
}

/** Fields without a name are told by their number, from 1 on. */
function rowOf({ arguments: fields }: TypeSignature): ToCell {
  const members = fields.map(({ value }, i) => {
    const named = isRecord(value) ? value : {};
    const name = isRecord(named.fieldName) ? named.fieldName.name : undefined;
    return [
      typeof name === "string" ? name : String(i + 1),
      toCell(signatureOf(named.typeSignature)),
    ] as const;
  });
  return (value) =>
    Array.isArray(value)
      ? new Map(members.map(([name, convert], i) => [name, convert((value[i] ?? null) as Json)]))
      : asText(value as Json);
}

function signatureOf(value: unknown): TypeSignature {
  return isRecord(value) && typeof value.rawType === "string"
    ? { rawType: value.rawType, arguments: Array.isArray(value.arguments) ? value.arguments : [] }
    : { rawType: "unknown", arguments: [] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
