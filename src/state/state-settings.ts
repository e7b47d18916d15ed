// What the flags say of the state: where it lies, whether runs are remembered, and which arguments of a run are.

import type { Flags } from "../config/flags.ts";
import { toJson } from "../jinja/json.ts";
import type { Value } from "../jinja/value.ts";

export interface StateSettings {
  readonly schema: string;
  readonly history: boolean;
  /** JSON of the flags that tell what the run was for; never --vars, which may hold secrets. */
  readonly arguments: string;
}

const REMEMBERED = ["select", "exclude", "selector", "full_refresh", "event_time_start", "event_time_end"];

/** Reads the flags `state_schema` and `history`, and those that a run is remembered with. */
export function readSettings(flags: Flags): StateSettings {
  const given = new Map<Value, Value>();
  for (const name of REMEMBERED) {
    const value = flags.get(name);
    const empty = value === null || value === false || (Array.isArray(value) && value.length === 0);
    if (value !== undefined && !empty) given.set(name, value);
  }
  return {
    schema: flags.text("state_schema") ?? "etl_state",
    history: flags.boolean("history"),
    arguments: toJson(given, { sortKeys: true }),
  };
}

/** Who runs it, as the operating system's environment tells. */
export function username(env: Readonly<Record<string, string | undefined>>): string {
  return env.USER ?? env.USERNAME ?? env.LOGNAME ?? "unknown";
}
