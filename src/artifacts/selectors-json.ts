// The section "selectors" of manifest.json: definitions of selectors.yml with their short forms written out, "+orders"
// as {parents: true, method: fqn, value: orders}, and named selectors in place. Behaviour of dbt-core,
// config/selectors.py (SelectorDict) and graph/selector_spec.py (dict_from_single_spec).

import type { SelectorDefinition } from "../config/config.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { parseTerm } from "../select/criterion.ts";

/** @param selectors in the order of the file; one that refers to another finds those before it */
export function selectorsValue(selectors: ReadonlyMap<string, SelectorDefinition>): Dict {
  const definitions = new Map<Value, Value>();
  const value: Dict = new Map();
  for (const { name, description, isDefault, definition } of selectors.values()) {
    const long = longForm(definition, definitions);
    definitions.set(name, long);
    const selector: Dict = new Map([["name", name]]);
    if (description !== null) selector.set("description", description);
    selector.set("definition", long);
    if (isDefault) selector.set("default", true);
    value.set(name, selector);
  }
  return value;
}

function longForm(definition: Value, known: ReadonlyMap<Value, Value>): Value {
  if (typeof definition === "string") return termValue(definition);
  if (!(definition instanceof Map)) return definition;
  for (const kind of ["union", "intersection"]) {
    const parts = definition.get(kind);
    if (Array.isArray(parts)) return new Map([[kind, parts.map((part) => longForm(part, known))]]);
  }
  const [first] = definition;
  if (first === undefined) return definition;
  const [key, written] = first;
  const value = Array.isArray(written) ? written.map((part) => longForm(part, known)) : written;
  if (key === "exclude") return new Map([[key, value]]);
  if (definition.size === 1)
    return new Map<Value, Value>([
      ["method", key],
      ["value", value],
    ]);
  if (key === "method" && written === "selector") {
    return known.get(definition.get("value") ?? null) ?? definition;
  }
  return definition;
}

function termValue(text: string): Value {
  const term = parseTerm(text, "eager");
  if (!("kind" in term)) return new Map([["error", "Invalid selector spec"]]);
  const value: Dict = new Map();
  if (term.childrensParents) value.set("childrens_parents", true);
  if (term.parents !== null) value.set("parents", true);
  if (term.parents !== null && Number.isFinite(term.parents))
    value.set("parents_depth", String(term.parents));
  value.set("method", [term.method, ...term.methodArguments].join("."));
  if (term.value !== "") value.set("value", term.value);
  if (term.children !== null) value.set("children", true);
  if (term.children !== null && Number.isFinite(term.children)) {
    value.set("children_depth", String(term.children));
  }
  return value;
}
