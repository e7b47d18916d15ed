// Columns and constraints as properties files describe them.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { kindWords } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { type Column, type Constraint, NO_VALUES } from "../manifest/node.ts";
import type { Entry } from "./properties.ts";
import { asDict, asList, asText, mergedMeta, textList } from "./value-shapes.ts";
import { isColumnRule } from "./version-columns.ts";
import { writtenCall } from "./written-call.ts";

const constraintTypes = ["check", "not_null", "unique", "primary_key", "foreign_key", "custom"] as const;

/** Keys of a column that have a field of their own, or that others read. */
const columnFields: ReadonlySet<Value> = new Set([
  "name",
  "description",
  "meta",
  "data_type",
  "constraints",
  "docs",
  "quote",
  "tags",
  "tests",
  "data_tests",
  "config",
  "granularity",
]);

/** Renders a description: `doc()` calls in it. */
export type Describe = (
  text: Value | undefined,
  entry: Entry,
  path: readonly (string | number)[],
) => { readonly text: string; readonly docBlocks: readonly string[] };

/**
 * @param list the `columns` value
 * @param path where it stands in the entry
 * @returns columns by name, in the order of the file
 */
export function readColumns(
  list: Value | undefined,
  entry: Entry,
  path: readonly (string | number)[],
  describe: Describe,
  diagnostics: Diagnostic[],
): Map<string, Column> {
  const columns = new Map<string, Column>();
  if (list === undefined || list === null) return columns;
  if (!Array.isArray(list)) {
    diagnostics.push(
      errorAt(
        "properties-invalid",
        `"columns" must be a list, not ${kindWords(list)}`,
        entry.place(path, "key"),
        { help: "begin each column with a dash: - name: ..." },
      ),
    );
    return columns;
  }
  for (const [index, item] of list.entries()) {
    const at = [...path, index];
    const name = item instanceof Map ? item.get("name") : undefined;
    if (item instanceof Map && name !== undefined && name !== null)
      columns.set(String(name), readColumn(String(name), item, entry, at, describe, diagnostics));
    else if (!isColumnRule(item))
      diagnostics.push(
        errorAt("properties-invalid", `a column of "${entry.name}" has no name`, entry.place(at), {
          help: "write - name: ...",
        }),
      );
  }
  return columns;
}

function readColumn(
  name: string,
  values: Dict,
  entry: Entry,
  path: readonly (string | number)[],
  describe: Describe,
  diagnostics: Diagnostic[],
): Column {
  const config = asDict(values.get("config"));
  const tags = [...textList(values.get("tags")), ...textList(config.get("tags"))];
  const quote = values.get("quote");
  const { text, docBlocks } = describe(values.get("description"), entry, [...path, "description"]);
  return {
    name,
    description: text,
    docBlocks,
    extra: orNone(new Map([...values].filter(([key]) => !columnFields.has(key)))),
    meta: orNone(mergedMeta(values, config)),
    dataType: asText(values.get("data_type")) ?? null,
    constraints: readConstraints(values.get("constraints"), entry, [...path, "constraints"], diagnostics),
    quote: typeof quote === "boolean" ? quote : null,
    tags: [...new Set(tags)],
    granularity: asText(values.get("granularity")) ?? null,
    place: entry.place([...path, "name"]),
  };
}

function orNone(values: Dict): Dict {
  return values.size === 0 ? NO_VALUES : values;
}

/** Constraints of a column or a model; an unknown type is an error with the nearest one. */
export function readConstraints(
  list: Value | undefined,
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): Constraint[] {
  return asList(list).flatMap((item, index): Constraint[] => {
    if (!(item instanceof Map)) {
      diagnostics.push(
        errorAt(
          "properties-invalid",
          `a constraint is a set of keys, not ${kindWords(item)}`,
          entry.place([...path, index]),
          { help: "write - type: not_null" },
        ),
      );
      return [];
    }
    const type = item.get("type");
    const known = constraintTypes.find((one) => one === type);
    if (!known) {
      diagnostics.push(
        errorAt(
          "constraint-invalid",
          type === undefined
            ? "a constraint has no type"
            : `there is no constraint of type "${String(type)}"`,
          entry.place([...path, index, "type"]),
          {
            help: didYouMean(String(type ?? ""), constraintTypes) ?? `types: ${constraintTypes.join(", ")}`,
          },
        ),
      );
      return [];
    }
    const columns = item.get("columns");
    return [
      {
        type: known,
        name: asText(item.get("name")) ?? null,
        expression: asText(item.get("expression")) ?? null,
        warnUnenforced: item.get("warn_unenforced") !== false,
        warnUnsupported: item.get("warn_unsupported") !== false,
        to: asText(item.get("to")) ?? null,
        toColumns: textList(item.get("to_columns")),
        ...(known === "foreign_key" ? targetOf(item, entry, [...path, index, "to"], diagnostics) : {}),
        ...(columns === undefined ? {} : { columns: textList(columns) }),
      },
    ];
  });
}

/** The ref or source that `to` of a foreign key holds. */
function targetOf(
  constraint: Dict,
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): Pick<Constraint, "target"> {
  const to = asText(constraint.get("to"));
  if (to === undefined || to === "") return {};
  const place = entry.place(path);
  const target = writtenCall(to, place);
  if (target) return { target };
  diagnostics.push(
    errorAt("constraint-invalid", `"to" of a foreign key must be a ref or a source, not "${to}"`, place, {
      help: "write to: ref('model')",
    }),
  );
  return {};
}
