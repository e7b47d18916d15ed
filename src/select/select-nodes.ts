// Which nodes a command is about. Pure: a tree of sets is evaluated over the manifest's graph; tests that nobody named
// come along as the mode of indirect selection says. Algorithm of dbt-core, graph/selector.py.

import { reachable } from "../base/dag.ts";
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import type { SelectorDefinition } from "../config/config.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource, ResourceType } from "../manifest/node.ts";
import type { PreviousState } from "../manifest/previous-state.ts";
import type { Criterion, IndirectSelection } from "./criterion.ts";
import { type Combination, type Definition, fromCommandLine, fromSelector } from "./definition.ts";
import { type ColumnReach, columnReach, type Matcher } from "./matcher.ts";
import { matcherOf } from "./methods.ts";
import { nothingMatches } from "./unmatched.ts";

export interface SelectionRequest {
  /** `--select` terms; undefined when the flag was not given. */
  readonly select: readonly string[] | undefined;
  readonly exclude: readonly string[];
  /** `--selector`. */
  readonly selector: string | undefined;
  readonly selectors: ReadonlyMap<string, SelectorDefinition>;
  readonly indirect: IndirectSelection;
  /** Types that the command is about, after --resource-type and --exclude-resource-type; others are left out at the end. */
  readonly types: ReadonlySet<ResourceType>;
}

/** Direct: selected. Indirect: tests with a selected parent and another one that is missing so far. */
interface Selected {
  readonly direct: ReadonlySet<NodeId>;
  readonly indirect: ReadonlySet<NodeId>;
}

/**
 * @param previous what `--state` brought, for `state:`, `result:` and `source_status:`
 * @param columns the column lineage, for `column:`
 * @returns ids in the manifest's order, and a warning for each term that matches nothing
 * @throws EtlError for terms, methods, values and selectors that do not exist
 */
export function selectNodes(
  manifest: Manifest,
  request: SelectionRequest,
  previous?: PreviousState,
  columns?: ColumnReach,
): Checked<ReadonlySet<NodeId>> {
  const selection = new Selection(manifest, previous, columns);
  const definition = definitionOf(request);
  const direct = definition === "everything" ? manifest.resources : selection.evaluate(definition).direct;
  const value = new Set<NodeId>();
  for (const [id, resource] of manifest.resources) {
    if (direct.has(id) && request.types.has(resource.resourceType)) value.add(id);
  }
  return { value, diagnostics: selection.diagnostics };
}

/** A named selector, else the terms of the command line, else the default selector, else everything. */
function definitionOf(request: SelectionRequest): Definition | "everything" {
  const { select, exclude, selector, selectors, indirect } = request;
  if (selector !== undefined) return fromSelector(selector, selectors, indirect);
  if (select === undefined && exclude.length === 0) {
    const standard = [...selectors.values()].find(({ isDefault }) => isDefault);
    return standard ? fromSelector(standard.name, selectors, indirect) : "everything";
  }
  return fromCommandLine(select, exclude, indirect);
}

class Selection {
  readonly diagnostics: Diagnostic[] = [];
  private readonly matchers = new Map<string, Matcher>();

  constructor(
    private readonly manifest: Manifest,
    private readonly previous: PreviousState | undefined,
    private readonly columns: ColumnReach | undefined,
  ) {}

  evaluate(definition: Definition): Selected {
    return definition.kind === "criterion" ? this.criterion(definition) : this.combination(definition);
  }

  private criterion(criterion: Criterion): Selected {
    const matcher = this.matcher(criterion);
    const selected = new Set<NodeId>();
    for (const [id, resource] of this.manifest.resources) if (matcher(resource)) selected.add(id);
    this.addRelatives(criterion, selected);
    if (criterion.indirect === "empty") return { direct: selected, indirect: new Set() };
    return this.addTests(selected, criterion.indirect);
  }

  private matcher(criterion: Criterion): Matcher {
    const key = JSON.stringify([criterion.method, criterion.methodArguments, criterion.value]);
    let matcher = this.matchers.get(key);
    if (!matcher) {
      matcher = matcherOf(criterion, {
        manifest: this.manifest,
        previous: this.previous,
        ...(this.columns ? { columns: this.columns } : {}),
      });
      this.matchers.set(key, matcher);
    }
    return matcher;
  }

  private addRelatives(criterion: Criterion, selected: Set<NodeId>): void {
    const { childrensParents, parents, children } = criterion;
    const matched = [...selected];
    const add = (ids: Iterable<NodeId>): void => {
      for (const id of ids) if (this.manifest.resources.has(id)) selected.add(id);
    };
    if (criterion.method === "column") {
      this.addColumnRelatives(criterion, selected, add);
      return;
    }
    if (childrensParents) {
      const below = new Set([...matched, ...reachable(matched, this.manifest.children)]);
      add(below);
      add(reachable(below, this.manifest.parents));
    }
    if (parents !== null) add(reachable(matched, this.manifest.parents, parents));
    if (children !== null) add(reachable(matched, this.manifest.children, children));
  }

  /** Relatives of one column: only nodes that depend on it, or that it depends on. */
  private addColumnRelatives(
    criterion: Criterion,
    selected: ReadonlySet<NodeId>,
    add: (ids: Iterable<NodeId>) => void,
  ): void {
    const { childrensParents, parents, children } = criterion;
    const reach = columnReach(criterion, this.columns);
    const address = String(criterion.value);
    if (parents !== null) add(reach.parents(address, parents));
    if (children !== null || childrensParents)
      add(reach.children(address, children ?? Number.POSITIVE_INFINITY));
    if (childrensParents) add(reachable([...selected], this.manifest.parents));
  }

  /**
   * eager: a test with any selected parent comes along. cautious: only with all of them. buildable: also when the others
   * are ancestors of what is selected, or sources.
   */
  private addTests(selected: ReadonlySet<NodeId>, mode: IndirectSelection): Selected {
    const direct = new Set(selected);
    const indirect = new Set<NodeId>();
    const built = mode === "buildable" ? this.withAncestors(selected) : selected;
    for (const id of selected) {
      for (const child of this.manifest.children.get(id) ?? []) {
        const resource = this.manifest.resources.get(child);
        if (!resource || !isTest(resource)) continue;
        const complete =
          mode === "eager" ||
          parentsOf(resource).every(
            (parent) => built.has(parent) || (mode === "buildable" && this.isSource(parent)),
          );
        if (complete) direct.add(child);
        else indirect.add(child);
      }
    }
    return { direct, indirect };
  }

  private combination(combination: Combination): Selected {
    const parts = combination.parts.map((part) => this.evaluate(part));
    const direct = combine(
      combination.kind,
      parts.map((part) => part.direct),
    );
    const indirect = combine(
      combination.kind,
      parts.map((part) => new Set([...part.direct, ...part.indirect])),
    );
    this.reconsiderTests(direct, indirect, combination.indirect);
    if (combination.expected !== undefined && direct.size === 0) {
      this.diagnostics.push(nothingMatches(combination, this.manifest));
    }
    return { direct, indirect };
  }

  /** Tests that missed a parent within one part may have it now that all parts are together. */
  private reconsiderTests(direct: Set<NodeId>, indirect: ReadonlySet<NodeId>, mode: IndirectSelection): void {
    if (mode !== "cautious" && mode !== "buildable") return;
    const built = mode === "buildable" ? this.withAncestors(direct) : direct;
    for (const id of indirect) {
      const resource = this.manifest.resources.get(id);
      if (
        resource &&
        resource.resourceType !== "unit_test" &&
        "dependsOnNodes" in resource &&
        parentsOf(resource).every((parent) => built.has(parent))
      )
        direct.add(id);
    }
  }

  private withAncestors(selected: ReadonlySet<NodeId>): Set<NodeId> {
    return new Set([...selected, ...reachable(selected, this.manifest.parents)]);
  }

  private isSource(id: NodeId): boolean {
    return this.manifest.resources.get(id)?.resourceType === "source";
  }
}

function isTest(resource: Resource): boolean {
  return resource.resourceType === "test" || resource.resourceType === "unit_test";
}

function parentsOf(resource: Resource): readonly NodeId[] {
  return "dependsOnNodes" in resource ? resource.dependsOnNodes : [];
}

function combine(kind: Combination["kind"], sets: readonly ReadonlySet<NodeId>[]): Set<NodeId> {
  const [first = new Set<NodeId>(), ...rest] = sets;
  if (kind === "union") return new Set(sets.flatMap((set) => [...set]));
  const keep =
    kind === "intersection"
      ? (id: NodeId) => rest.every((set) => set.has(id))
      : (id: NodeId) => !rest.some((set) => set.has(id));
  return new Set([...first].filter(keep));
}
