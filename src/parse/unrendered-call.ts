// The configs of a template's config() call as they were written, for state_modified_compare_more_unrendered_values: a
// config that depends on the environment is no change as long as its text is the same.

import type { SharedScope } from "../context/scope.ts";
import type { CallNode, Expression, Statement } from "../jinja/ast.ts";
import { keywordText } from "../jinja/node-text.ts";
import type { TemplateSource } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { eachPart, statementParts } from "../jinja/walk.ts";
import type { Entry } from "./properties.ts";
import { staticCallsOfModel } from "./static-calls.ts";
import { asDict } from "./value-shapes.ts";

/** What a node's configs are written in. */
interface Written {
  readonly type: string;
  /** dbt takes the configs without rendering the text (the tests unique and not_null). */
  readonly isRead?: boolean;
  readonly source: TemplateSource;
  /** Its properties. */
  readonly entry: Pick<Entry, "written"> | undefined;
}

/**
 * @param levels configs of a node from general to specific, where `isCalled` the last one what its config() calls gave
 * @returns the same as dbt writes it where the project compares texts: the text of properties and of the first config()
 *   call (calls of nothing but literals keep their values, which tell as much), and lists of properties twice
 */
export function unrenderedLevels(
  { type, isRead, source, entry }: Written,
  levels: readonly Dict[],
  isCalled: boolean,
  { config, environment }: Pick<SharedScope, "config" | "environment">,
): readonly Dict[] {
  if (isRead || !config.flags.boolean("state_modified_compare_more_unrendered_values")) return levels;
  const texts = asDict(entry?.written.get("config"));
  const given = isCalled ? levels.slice(0, -1) : levels;
  // Of tests dbt does not keep the text of properties.
  const properties = type === "test" ? given : given.map((level) => withTexts(level, texts));
  if (!isCalled) return properties;
  const said = levels.slice(-1);
  // Of models alone dbt reads literal calls off the text.
  if (!source.text.includes("config(") || (type === "model" && staticCallsOfModel(source.text)))
    return [...properties, ...said];
  const call = firstConfigCall(environment.parse(source).body);
  if (!call || call.keywords.length === 0) return [...properties, ...said];
  const called: Dict = new Map(call.keywords.map(({ name, value }) => [name, keywordText(name, value)]));
  return [...properties, called];
}

/** dbt lays the text of properties over their values, and lists are joined by that (dbt_common, `deep_merge`). */
function withTexts(properties: Dict, texts: Dict): Dict {
  return new Map([...properties].map(([key, value]) => [key, laidOver(value, texts.get(key) ?? value)]));
}

function laidOver(value: Value, text: Value): Value {
  if (value instanceof Map) return withTexts(value, asDict(text));
  return Array.isArray(value) ? [...value, ...(Array.isArray(text) ? text : [text])] : text;
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
