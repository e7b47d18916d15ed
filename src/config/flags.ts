// All flags in one table: name, type, default, the command line's spelling, dbt's environment variable and the key under
// `flags:` in dbt_project.yml. Precedence: command line > environment > dbt_project.yml > default.

import type { Dict, Value } from "../jinja/value.ts";

/** Resolved flags by their dbt name in lower case, e.g. `full_refresh`; templates see them as `flags.FULL_REFRESH`. */
export interface Flags {
  get(name: string): Value;
  boolean(name: string): boolean;
  text(name: string): string | undefined;
  /** As dbt's invocation_args_dict. */
  readonly all: Dict;
}
