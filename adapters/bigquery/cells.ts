// Values as they come in the API's JSON, as neutral cells: everything is a text, repeated values are lists of {v},
// records are {f: [{v}]}. Moments are asked for as microseconds, which no float rounds.

import { exactInteger, shortFraction } from "../../src/adapter/cell-texts.ts";
import type { Cell, ResultColumn } from "../../src/adapter/result.ts";
import { type ApiField, family, typeOfField } from "./types.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type ToCell = (value: Json) => Cell;

/** A row of the API. */
export interface ApiRow {
  readonly f: readonly { readonly v: Json }[];
}

export function columnsOf(fields: readonly ApiField[]): ResultColumn[] {
  return fields.map((field) => {
    const type = typeOfField(field);
    return { name: field.name, type, family: family(type) };
  });
}

/** @returns the converter for a column's values, null among them */
export function toCell(field: ApiField): ToCell {
  const one = single(field);
  if (field.mode?.toUpperCase() === "REPEATED")
    return (value) => (Array.isArray(value) ? value.map((item) => one(contentOf(item))) : null);
  return one;
}

function single(field: ApiField): ToCell {
  const convert = converter(field);
  return (value) => (value === null || value === undefined ? null : convert(value));
}

function converter(field: ApiField): ToCell {
  switch (family(field.type)) {
    case "boolean":
      return (value) => value === true || value === "true";
    case "integer":
      return (value) => exactInteger(String(value));
    case "float":
      return (value) => Number(value);
    case "binary":
      return (value) => new Uint8Array(Buffer.from(String(value), "base64"));
    case "timestamptz":
      return (value) => momentOf(String(value));
    case "timestamp":
      return (value) => shortFraction(String(value).replace("T", " "));
    case "time":
      return (value) => shortFraction(String(value));
    case "struct":
      return recordOf(field.fields ?? []);
    default:
      return (value) => (typeof value === "string" ? value : JSON.stringify(value));
  }
}

function recordOf(fields: readonly ApiField[]): ToCell {
  const members = fields.map((field) => [field.name, toCell(field)] as const);
  return (value) => {
    const cells = isObject(value) && Array.isArray(value.f) ? value.f : [];
    return new Map(members.map(([name, convert], i) => [name, convert(contentOf(cells[i] ?? null))]));
  };
}

function contentOf(cell: Json): Json {
  return isObject(cell) ? (cell.v ?? null) : cell;
}

/** @param text microseconds since 1970, or seconds with a fraction where a server does not know microseconds */
function momentOf(text: string): string {
  const micros = /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Math.round(Number(text) * 1e6));
  const part = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = Number((micros - part) / 1_000_000n);
  const [date = "", time = ""] = new Date(seconds * 1000).toISOString().split(/[TZ]|\.\d+/);
  return `${shortFraction(`${date} ${time}.${String(part).padStart(6, "0")}`)}+00:00`;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
