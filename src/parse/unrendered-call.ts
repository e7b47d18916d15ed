// The configs of a template's config() call as they were written, for state_modified_compare_more_unrendered_values: a
// config that depends on the environment is no change as long as its text is the same.

import type { SharedScope } from "../context/scope.ts";
import type { CallNode, Expression, Statement } from "../jinja/ast.ts";
import { keywordText } from "../jinja/node-text.ts";
import type { TemplateSource } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { eachPart, statementParts } from "../jinja/walk.ts";
import { staticCalls } from "./static-calls.ts";

/**
 * @param levels configs of a node from general to specific, where `isCalled` the last one what its config() calls gave
 * @returns the same as dbt writes it where the project compares texts: the text of the first config() call (calls of
 *   nothing but literals keep their values, which tell as much), and lists of properties twice
 */
export function unrenderedLevels(
  source: TemplateSource,
  levels: readonly Dict[],
  isCalled: boolean,
  { config, environment }: Pick<SharedScope, "config" | "environment">,
): readonly Dict[] {
  if (!config.flags.boolean("state_modified_compare_more_unrendered_values")) return levels;
  const properties = (isCalled ? levels.slice(0, -1) : levels).map(withListsTwice);
  if (!isCalled) return properties;
  const said = levels.slice(-1);
  if (!source.text.includes("config(") || staticCalls(source.text)) return [...properties, ...said];
  const call = firstConfigCall(environment.parse(source).body);
  if (!call || call.keywords.length === 0) return [...properties, ...said];
  const texts: Dict = new Map(call.keywords.map(({ name, value }) => [name, keywordText(name, value)]));
  return [...properties, texts];
}

/** dbt lays the text of properties over their values, and lists are joined by that (dbt_common, `deep_merge`). */
function withListsTwice(properties: Dict): Dict {
  return new Map([...properties].map(([key, value]) => [key, twice(value)]));
}

function twice(value: Value): Value {
  if (value instanceof Map) return withListsTwice(value);
  return Array.isArray(value) ? [...value, ...value] : value;
}

function firstConfigCall(body: readonly Statement[]): CallNode | undefined {
  for (const statement of body) {
    const { expressions, bodies } = statementParts(statement);
    for (const expression of expressions) {
      const found = configCallIn(expression);
      if (found) return found;
    }
    for (const inner of bodies) {
      const found = firstConfigCall(inner);
      if (found) return found;
    }
  }
  return undefined;
}

function configCallIn(node: Expression): CallNode | undefined {
  if (node.kind === "call" && node.callee.kind === "name" && node.callee.name === "config") return node;
  let found: CallNode | undefined;
  eachPart(node, (part) => {
    found ??= configCallIn(part);
  });
  return found;
}
