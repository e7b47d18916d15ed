// What is selected as a tree of sets: from --select and --exclude, or from a named selector of selectors.yml.
// Grammar and meaning of dbt-core, graph/cli.py.

import { type Diagnostic, EtlError, errorAt, type Place } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { SelectorDefinition } from "../config/config.ts";
import type { Dict, Value } from "../jinja/value.ts";
import {
  type Criterion,
  type IndirectSelection,
  indirectSelections,
  makeCriterion,
  methodNames,
  parseTerm,
  splitMethod,
  unknownMethod,
} from "./criterion.ts";

export interface Combination {
  readonly kind: "union" | "intersection" | "difference";
  readonly parts: readonly Definition[];
  readonly indirect: IndirectSelection;
  /** The text whose matching nothing is worth a word; absent for trees that dbt does not speak about. */
  readonly expected?: string;
}

export type Definition = Criterion | Combination;

/** What dbt selects when nothing is said. */
const everything = ["fqn:*", "source:*", "exposure:*", "metric:*", "semantic_model:*"];

/**
 * `--select` and `--exclude`: spaces unite, commas intersect, what is excluded goes last.
 * @param select undefined selects everything
 * @throws EtlError with every term that is wrong
 */
export function fromCommandLine(
  select: readonly string[] | undefined,
  exclude: readonly string[],
  indirect: IndirectSelection,
): Definition {
  const wrong: Diagnostic[] = [];
  const included = union(select ?? everything, select !== undefined, indirect, wrong);
  const excluded = union(exclude, exclude.length > 0, indirect, wrong);
  if (wrong.length > 0) throw new EtlError(wrong);
  // The difference itself is eager in dbt, whatever the flag: tests of what is left are not weighed again.
  return { kind: "difference", parts: [included, excluded], indirect: "eager" };
}

function union(
  terms: readonly string[],
  expected: boolean,
  indirect: IndirectSelection,
  wrong: Diagnostic[],
): Combination {
  const parts = terms
    .flatMap((text) => text.split(" "))
    .filter((text) => text !== "")
    .map((text): Definition => {
      const criteria = text.split(",").flatMap((part) => kept(parseTerm(part, indirect), wrong));
      return { kind: "intersection", parts: criteria, indirect, ...(expected ? { expected: text } : {}) };
    });
  return { kind: "union", parts, indirect };
}

/**
 * A named selector, with those that it refers to.
 * @throws EtlError when there is no such selector, or its definition is wrong; at its line
 */
export function fromSelector(
  name: string,
  selectors: ReadonlyMap<string, SelectorDefinition>,
  indirect: IndirectSelection,
): Definition {
  const reader = new SelectorReader(selectors, indirect);
  const definition = reader.named(name);
  if (!definition || reader.wrong.length > 0) throw new EtlError(reader.wrong);
  return definition;
}

/** Reads definitions of selectors.yml; `wrong` collects what it cannot read. */
class SelectorReader {
  readonly wrong: Diagnostic[] = [];
  private readonly open: string[] = [];

  constructor(
    private readonly selectors: ReadonlyMap<string, SelectorDefinition>,
    private readonly indirect: IndirectSelection,
  ) {}

  named(name: string, place?: Place): Definition | undefined {
    const selector = this.selectors.get(name);
    if (!selector) {
      const near = nearest(name, this.selectors.keys());
      const help = near
        ? `did you mean "${near}"?`
        : this.selectors.size === 0
          ? "there is no selectors.yml"
          : `selectors: ${[...this.selectors.keys()].join(", ")}`;
      return this.refuse(`there is no selector "${name}"`, place, help);
    }
    if (this.open.includes(name))
      return this.refuse(
        `selector "${name}" refers to itself: ${[...this.open, name].join(" -> ")}`,
        selector.place,
      );
    this.open.push(name);
    const definition = this.read(selector.definition, selector.place);
    this.open.pop();
    return definition;
  }

  private read(value: Value, place: Place): Definition | undefined {
    if (typeof value === "string") return kept(parseTerm(value, this.indirect, place), this.wrong)[0];
    if (!(value instanceof Map))
      return this.refuse(
        "a selector is a text or a set of keys",
        place,
        'for example: definition: "tag:nightly"',
      );
    if (value.has("union")) return this.combination("union", value, place);
    if (value.has("intersection")) return this.combination("intersection", value, place);
    return this.criterion(value, place);
  }

  private combination(kind: "union" | "intersection", value: Dict, place: Place): Definition | undefined {
    const list = value.get(kind);
    if (!Array.isArray(list)) return this.refuse(`"${kind}" must be a list`, place);
    const parts: Definition[] = [];
    const excluded: Definition[] = [];
    let exclusions = 0;
    for (const item of list) {
      if (item instanceof Map && item.has("exclude") && !item.has("method")) {
        exclusions++;
        excluded.push(...this.list(item.get("exclude") ?? null, "exclude", place));
      } else {
        const part = this.read(item, place);
        if (part) parts.push(part);
      }
    }
    if (exclusions > 1)
      return this.refuse(`one "${kind}" has several "exclude"`, place, "put them into one list");
    return without({ kind, parts, indirect: "eager" }, excluded);
  }

  private list(value: Value, key: string, place: Place): Definition[] {
    if (!Array.isArray(value)) {
      this.refuse(`"${key}" must be a list`, place);
      return [];
    }
    return value.flatMap((item) => this.read(item, place) ?? []);
  }

  private criterion(value: Dict, place: Place): Definition | undefined {
    const only = value.size === 1 ? [...value][0] : undefined;
    const method = only ? only[0] : value.get("method");
    const searched = only ? only[1] : value.get("value");
    if (typeof method !== "string" || searched === undefined) {
      const near = [...value.keys()]
        .map((key) => nearest(String(key), ["method", "value", "union", "intersection"]))
        .find((key) => key !== undefined);
      return this.refuse(
        'a selector has the keys "method" and "value", or one method as its key',
        place,
        near ? `did you mean "${near}"?` : "for example: {method: tag, value: nightly}",
      );
    }
    if (method === "selector") return this.named(String(searched), place);
    const { name, rest } = splitMethod(method);
    const found = methodNames.find((known) => known === name);
    const raw = `${method}:${String(searched)}`;
    if (found === undefined) {
      this.wrong.push(unknownMethod(name, raw, place));
      return undefined;
    }
    const made = makeCriterion({
      kind: "criterion",
      raw,
      method: found,
      methodArguments: rest,
      value:
        searched === null || typeof searched === "boolean" || typeof searched === "number"
          ? searched
          : String(searched),
      childrensParents: value.get("childrens_parents") === true,
      parents: this.relatives(value, "parents"),
      children: this.relatives(value, "children"),
      indirect: this.indirectOf(value, place),
      place,
    });
    const base = kept(made, this.wrong)[0];
    return base && value.has("exclude")
      ? without(base, this.list(value.get("exclude") ?? null, "exclude", place))
      : base;
  }

  private relatives(value: Dict, key: "parents" | "children"): number | null {
    if (value.get(key) !== true) return null;
    const depth = value.get(`${key}_depth`);
    return typeof depth === "number" ? depth : Number.POSITIVE_INFINITY;
  }

  private indirectOf(value: Dict, place: Place): IndirectSelection {
    const written = value.get("indirect_selection");
    if (written === undefined) return this.indirect;
    const known = indirectSelections.find((mode) => mode === written);
    if (!known) {
      const near = nearest(String(written), indirectSelections);
      this.refuse(
        `indirect_selection cannot be "${String(written)}"`,
        place,
        near ? `did you mean "${near}"?` : `it is one of ${indirectSelections.join(", ")}`,
      );
    }
    return known ?? this.indirect;
  }

  private refuse(message: string, place?: Place, help?: string): undefined {
    this.wrong.push(errorAt("selection-invalid", message, place, help === undefined ? {} : { help }));
    return undefined;
  }
}

function without(base: Definition, excluded: readonly Definition[]): Definition {
  if (excluded.length === 0) return base;
  const [first] = excluded;
  const all: Definition =
    excluded.length === 1 && first ? first : { kind: "union", parts: excluded, indirect: "eager" };
  return { kind: "difference", parts: [base, all], indirect: "eager" };
}

function kept(made: Criterion | Diagnostic, wrong: Diagnostic[]): Criterion[] {
  if ("kind" in made) return [made];
  wrong.push(made);
  return [];
}
