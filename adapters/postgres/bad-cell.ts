// The cell of a seed that Postgres refused. COPY tells column and value, a cast only the value; neither tells a line that
// can be trusted, so the cell is looked up in the file.

import type { SeedFile } from "../../src/adapter/adapter.ts";
import { refusedCell } from "../../src/adapter/seed-text.ts";
import type { EtlError } from "../../src/base/diagnostic.ts";
import { databaseError } from "./errors.ts";
import { types } from "./types.ts";

interface ToldCell {
  /** Undefined: any column that is not text. */
  readonly column: string | undefined;
  readonly value: string;
  /** What it is: "is not". */
  readonly why: string;
}

/**
 * @param errors what the attempts to load the seed said, each may be undefined
 * @returns an error with the place of the cell, undefined when no cell is to blame
 */
export async function badCell(seed: SeedFile, errors: readonly unknown[]): Promise<EtlError | undefined> {
  for (const error of errors) {
    const told = toldCell(error);
    if (told === undefined) continue;
    for (const [index, { name, type }] of seed.columns.entries()) {
      if (told.column === undefined ? types.family(type) === "text" : told.column !== name) continue;
      const refused = await refusedCell(seed, index, told.value, told.why, error);
      if (refused) return refused;
    }
  }
  return undefined;
}

/** 'COPY raw_orders, line 3, column amount: "n/a"' */
const COPY_CONTEXT = /^COPY [\s\S]*?, line \d+, column ([\s\S]*?): "([\s\S]*)"$/;
/** The quoted text of a message, in whatever language: 'invalid input syntax for type integer: "n/a"'. */
const QUOTED = /[:\s]"([\s\S]*)"/;

function toldCell(error: unknown): ToldCell | undefined {
  if (error === undefined) return undefined;
  const { code = "", context = "", message } = databaseError(error).facts;
  if (!code.startsWith("22")) return undefined;
  const why = whys[code] ?? "is not";
  const place = COPY_CONTEXT.exec(context);
  if (place) return { column: place[1], value: place[2] ?? "", why };
  const value = QUOTED.exec(message)?.[1];
  return value === undefined ? undefined : { column: undefined, value, why };
}

/** By SQLSTATE. */
const whys: Readonly<Record<string, string>> = { "22001": "is longer", "22003": "is beyond its range" };
