// Reads the config `keep_versions` of a node: how many versions its relation had before runs changed it are kept.

import type { Value } from "../jinja/value.ts";

/** @returns 0 for none; undefined for what is no number of versions */
export function readKeepVersions(value: Value | undefined): number | undefined {
  if (value === undefined || value === null || value === false) return 0;
  const count = typeof value === "bigint" ? Number(value) : value;
  return typeof count === "number" && Number.isInteger(count) && count >= 0 ? count : undefined;
}
