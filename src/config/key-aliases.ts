// Other names of a warehouse for keys that all have: BigQuery's "dataset" is a schema. dbt's adapters list them
// (_ALIASES of their credentials) and dbt takes them in configs and in the properties of sources.

import type { Dict, Value } from "../jinja/value.ts";

/** The key that is meant, by its other name. */
export type KeyAliases = Readonly<Record<string, string>>;

/**
 * @param isDeep also in dicts and lists below, as dbt does for sources
 * @returns the dict itself where it holds no other name; a key that stands there under both names keeps the value of
 *   its own
 */
export function ownKeys(dict: Dict, aliases: KeyAliases, isDeep = false): Dict {
  let isChanged = false;
  const renamed: Dict = new Map();
  for (const [key, value] of dict) {
    const meant = typeof key === "string" && Object.hasOwn(aliases, key) ? aliases[key] : undefined;
    const below = isDeep ? inValue(value, aliases) : value;
    isChanged ||= meant !== undefined || below !== value;
    if (meant === undefined) renamed.set(key, below);
    else if (!dict.has(meant)) renamed.set(meant, below);
  }
  return isChanged ? renamed : dict;
}

function inValue(value: Value, aliases: KeyAliases): Value {
  if (value instanceof Map) return ownKeys(value, aliases, true);
  if (!Array.isArray(value)) return value;
  const items = value.map((item: Value) => inValue(item, aliases));
  return items.some((item, index) => item !== value[index]) ? items : value;
}
