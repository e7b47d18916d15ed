// `target` as templates see it: the visible settings of the profile's output and the names of both. Never a secret.

import type { Credentials, Setting } from "../adapter/adapter.ts";
import { type Dict, PyFloat, type Value } from "../jinja/value.ts";
import type { Config } from "./config.ts";
import { ValueRenderer } from "./render-values.ts";

/**
 * @param threads after flags
 * @returns dbt's target dict: the connection's fields, then type, threads, name, target_name, profile_name
 */
export function targetValue(
  credentials: Credentials,
  threads: number,
  profile: string,
  target: string,
): Dict {
  const dict: Dict = new Map<Value, Value>([
    ["database", credentials.database],
    ["schema", credentials.schema],
  ]);
  for (const [key, value] of Object.entries(credentials.visible)) dict.set(key, settingValue(value));
  dict.set("type", credentials.type);
  dict.set("threads", threads);
  dict.set("name", target);
  dict.set("target_name", target);
  dict.set("profile_name", profile);
  return dict;
}

function settingValue(setting: Setting): Value {
  if (typeof setting === "number") return Number.isInteger(setting) ? setting : new PyFloat(setting);
  if (setting === null || typeof setting !== "object") return setting;
  if (Array.isArray(setting)) return setting.map(settingValue);
  return new Map(Object.entries(setting).map(([key, value]) => [key, settingValue(value)]));
}

/** `target` of a loaded configuration, as project files and nodes see it. */
export function targetOf(config: Config): Dict {
  return targetValue(config.credentials, config.threads, config.profile.profile, config.profile.target);
}

/** Renders the project files of packages: with `--vars`, the environment and `target`. */
export function packageRenderer(config: Config): ValueRenderer {
  return new ValueRenderer({
    env: config.env,
    vars: config.variables.cli,
    target: targetOf(config),
    names: config.names,
    secrets: false,
  });
}
