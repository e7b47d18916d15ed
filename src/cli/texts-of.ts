// A list flag's value as texts.

import type { Value } from "../jinja/value.ts";

export function textsOf(value: Value): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
