// Rows of the flags table as commander's options. Commander reads the words; what was given is gathered here under the
// flag's name, because one flag can have several spellings and values that add up.

import { type Command, Option } from "commander";
import type { FlagSpec } from "../config/flag-table.ts";
import type { Value } from "../jinja/value.ts";

export interface GivenFlags {
  readonly values: ReadonlyMap<string, Value>;
  readonly help: boolean;
  readonly version: boolean;
}

/** Adds the options of all flags to a parser. @returns what is given, filled while the parser parses */
export function addFlags(parser: Command, flags: readonly FlagSpec[]): GivenFlags {
  const values = new Map<string, Value>();
  const given = { values, help: false, version: false };
  for (const spec of flags) {
    for (const spelling of spec.cli) {
      listen(parser, spelling, spec, (value) => {
        if (spec.type.kind === "boolean") values.set(spec.name, true);
        else if (spec.type.kind === "list") values.set(spec.name, [...listOf(values.get(spec.name)), value]);
        else values.set(spec.name, value);
      });
    }
    for (const spelling of spec.negative ?? [])
      listen(parser, spelling, undefined, () => values.set(spec.name, false));
  }
  for (const spelling of ["--help", "-h"]) listen(parser, spelling, undefined, () => (given.help = true));
  for (const spelling of ["--version", "-V", "-v"])
    listen(parser, spelling, undefined, () => (given.version = true));
  return given;
}

/** One spelling; with a spec whose type has values, it takes one, or several when it is a list. */
function listen(
  parser: Command,
  spelling: string,
  spec: FlagSpec | undefined,
  set: (value: string) => void,
): void {
  const kind = spec?.type.kind ?? "boolean";
  const value = kind === "boolean" ? "" : kind === "list" ? " <values...>" : " <value>";
  const option = new Option(spelling + value);
  parser.addOption(option);
  parser.on(`option:${option.name()}`, set);
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}
