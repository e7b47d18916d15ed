// What is selected as a tree of sets: from --select and --exclude, or from a named selector of selectors.yml.
// Grammar and meaning of dbt-core, graph/cli.py.

import { type Diagnostic, EtlError, errorAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
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

/** What cannot be read in selectors.yml: dbt runs nothing then, whether a selector is asked for or not. */
export function checkSelectors(selectors: ReadonlyMap<string, SelectorDefinition>): readonly Diagnostic[] {
  const wrong = new Map<string, Diagnostic>();
  for (const selector of selectors.values()) {
    const reader = new SelectorReader(selectors, "eager");
    reader.read(selector.definition, { selector, path: [] });
    // What a selector refers to is read once more.
    for (const one of reader.wrong) wrong.set(`${one.place?.line} ${one.message}`, one);
  }
  return [...wrong.values()];
}

/** Where something stands in the definition of a selector. */
interface Spot {
  readonly selector: SelectorDefinition;
  readonly path: readonly (string | number)[];
}

const below = ({ selector, path }: Spot, ...keys: readonly (string | number)[]): Spot => ({
  selector,
  path: [...path, ...keys],
});

/** Reads definitions of selectors.yml; `wrong` collects what it cannot read. */
class SelectorReader {
  readonly wrong: Diagnostic[] = [];

  constructor(
    private readonly selectors: ReadonlyMap<string, SelectorDefinition>,
    private readonly indirect: IndirectSelection,
  ) {}

  named(name: string, at?: Spot): Definition | undefined {
    const selector = this.selectors.get(name);
    if (!selector) {
      const known =
        this.selectors.size === 0
          ? "there is no selectors.yml"
          : `selectors: ${[...this.selectors.keys()].join(", ")}`;
      const help = didYouMean(name, this.selectors.keys()) ?? known;
      return this.refuse(`there is no selector "${name}"`, at, help);
    }
    const order = [...this.selectors.values()];
    if (at && order.indexOf(selector) >= order.indexOf(at.selector))
      return this.refuse(
        `selector "${at.selector.name}" refers to "${name}", which does not stand before it`,
        at,
        selector === at.selector ? undefined : `move "${name}" above "${at.selector.name}"`,
      );
    return this.read(selector.definition, { selector, path: [] });
  }

  /** What a value of selectors.yml means; undefined where it cannot be read. */
  read(value: Value, at: Spot): Definition | undefined {
    const { selector, path } = at;
    if (typeof value === "string")
      return kept(parseTerm(value, this.indirect, selector.placeOf(path)), this.wrong)[0];
    if (!(value instanceof Map))
      return this.refuse(
        "a selector is a text or a set of keys",
        at,
        'for example: definition: "tag:nightly"',
      );
    const kind = value.has("union") ? "union" : value.has("intersection") ? "intersection" : undefined;
    if (kind === undefined) return this.criterion(value, at);
    const other = [...value.keys()].find((key) => key !== kind);
    // Within a list dbt overlooks what stands beside the operator.
    if (path.length === 0 && other !== undefined)
      return this.refuse(
        `"${String(other)}" stands beside "${kind}" in the definition of selector "${selector.name}": only one key can`,
        below(at, String(other)),
        other === "exclude" ? `put it into the list of ${kind}: - exclude: [...]` : undefined,
      );
    return this.combination(kind, value, at);
  }

  private combination(kind: "union" | "intersection", value: Dict, at: Spot): Definition | undefined {
    const list = value.get(kind);
    if (!Array.isArray(list)) return this.refuse(`"${kind}" must be a list`, below(at, kind));
    const parts: Definition[] = [];
    const excluded: Definition[] = [];
    let exclusions = 0;
    for (const [i, item] of list.entries()) {
      const itemAt = below(at, kind, i);
      if (item instanceof Map && item.has("exclude") && !item.has("method")) {
        exclusions++;
        excluded.push(...this.list(item.get("exclude") ?? null, below(itemAt, "exclude")));
      } else {
        const part = this.read(item, itemAt);
        if (part) parts.push(part);
      }
    }
    if (exclusions > 1)
      return this.refuse(`one "${kind}" has several "exclude"`, at, "put them into one list");
    return without({ kind, parts, indirect: "eager" }, excluded);
  }

  /** What `exclude` holds. */
  private list(value: Value, at: Spot): Definition[] {
    if (!Array.isArray(value)) {
      this.refuse('"exclude" must be a list', at);
      return [];
    }
    return value.flatMap((item, i) => this.read(item, below(at, i)) ?? []);
  }

  private criterion(value: Dict, at: Spot): Definition | undefined {
    const only = value.size === 1 ? [...value][0] : undefined;
    const method = only ? only[0] : value.get("method");
    const searched = only ? only[1] : value.get("value");
    if (typeof method !== "string" || searched === undefined) {
      const near = [...value.keys()]
        .map((key) => nearest(String(key), ["method", "value", "union", "intersection"]))
        .find((key) => key !== undefined);
      return this.refuse(
        'a selector has the keys "method" and "value", or one method as its key',
        at,
        near ? `did you mean "${near}"?` : "for example: {method: tag, value: nightly}",
      );
    }
    if (method === "selector") return this.named(String(searched), at);
    const place = at.selector.placeOf(at.path);
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
      indirect: this.indirectOf(value, at),
      place,
    });
    const base = kept(made, this.wrong)[0];
    return base && value.has("exclude")
      ? without(base, this.list(value.get("exclude") ?? null, below(at, "exclude")))
      : base;
  }

  private relatives(value: Dict, key: "parents" | "children"): number | null {
    if (value.get(key) !== true) return null;
    const depth = value.get(`${key}_depth`);
    return typeof depth === "number" ? depth : Number.POSITIVE_INFINITY;
  }

  private indirectOf(value: Dict, at: Spot): IndirectSelection {
    const written = value.get("indirect_selection");
    if (written === undefined) return this.indirect;
    const known = indirectSelections.find((mode) => mode === written);
    if (!known) {
      this.refuse(
        `indirect_selection cannot be "${String(written)}"`,
        below(at, "indirect_selection"),
        didYouMean(String(written), indirectSelections) ?? `it is one of ${indirectSelections.join(", ")}`,
      );
    }
    return known ?? this.indirect;
  }

  private refuse(message: string, at?: Spot, help?: string): undefined {
    const place = at?.selector.placeOf(at.path, typeof at.path.at(-1) === "string" ? "key" : "value");
    this.wrong.push(errorAt("selection-invalid", message, place, { help }));
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
