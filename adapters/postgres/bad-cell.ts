// The cell of a seed that Postgres refused. COPY tells column and value, a cast only the value; neither tells a line that
// can be trusted, so the cell is looked up in the file.

import type { SeedFile } from "../../src/adapter/adapter.ts";
import { findSeedCell } from "../../src/adapter/infer-seed.ts";
import { EtlError, errorAt } from "../../src/base/diagnostic.ts";
import { databaseError } from "./errors.ts";
import { types } from "./types.ts";

interface Refused {
  /** Undefined: any column that is not text. */
  readonly column: string | undefined;
  readonly value: string;
}

/**
 * @param errors what the attempts to load the seed said, each may be undefined
 * @returns an error with the place of the cell, undefined when no cell is to blame
 */
export async function badCell(seed: SeedFile, errors: readonly unknown[]): Promise<EtlError | undefined> {
  for (const error of errors) {
    const refused = refusedCell(error);
    if (refused === undefined) continue;
    for (const [index, { name, type }] of seed.columns.entries()) {
      if (refused.column === undefined ? types.family(type) === "text" : refused.column !== name) continue;
      const cell = await findSeedCell(seed, index, refused.value);
      if (!cell) continue;
      const diagnostic = errorAt("seed-cell", sentence(name, type, refused.value, error), cell.place, {
        notes: [{ message: `row ${cell.row} of the seed, without its header` }],
        help: "correct the cell, leave it empty for NULL, or give the column another type under column_types",
      });
      return new EtlError([diagnostic], { cause: error });
    }
  }
  return undefined;
}

/** 'COPY raw_orders, line 3, column amount: "n/a"' */
const COPY_CONTEXT = /^COPY [\s\S]*?, line \d+, column ([\s\S]*?): "([\s\S]*)"$/;
/** The quoted text of a message, in whatever language: 'invalid input syntax for type integer: "n/a"'. */
const QUOTED = /[:\s]"([\s\S]*)"/;

function refusedCell(error: unknown): Refused | undefined {
  if (error === undefined) return undefined;
  const { facts } = databaseError(error);
  if (facts.code?.startsWith("22") !== true) return undefined;
  const context = COPY_CONTEXT.exec(facts.context ?? "");
  if (context) return { column: context[1], value: context[2] ?? "" };
  const value = QUOTED.exec(facts.message)?.[1];
  return value === undefined ? undefined : { column: undefined, value };
}

function sentence(name: string, type: string, value: string, error: unknown): string {
  const shown = `'${value.length > 60 ? `${value.slice(0, 59)}…` : value}'`;
  const { code } = databaseError(error).facts;
  if (code === "22001") return `${name} is ${type.toLowerCase()}, ${shown} is longer`;
  if (code === "22003") return `${name} is ${type.toLowerCase()}, ${shown} is beyond its range`;
  return `${name} is ${type.toLowerCase()}, ${shown} is not`;
}
