// The trees of configs in dbt_project.yml (`models:` and the like): folders and files down the path of a node, each
// with configs for everything below. A key with "+" is a config, one without is a config unless it holds a mapping.

import type { Dict, Value } from "../jinja/value.ts";
import type { ConfigTree, ConfigTreeKey, ProjectFile } from "./config.ts";
import { showValue } from "./value-words.ts";

/**
 * @param rendered the mapping with templates rendered
 * @param unrendered the same as written
 */
export function buildConfigTree(rendered: Dict, unrendered: Dict): ConfigTree {
  const configs: Dict = new Map();
  const raw: Dict = new Map();
  const children = new Map<string, ConfigTree>();
  for (const [key, value] of rendered) {
    const name = showValue(key);
    const written = unrendered.get(key) ?? null;
    if (name.startsWith("+")) setConfig(name.slice(1).trim(), value, written, configs, raw);
    else if (!(value instanceof Map)) setConfig(name, value, written, configs, raw);
    else children.set(name, buildConfigTree(value, written instanceof Map ? written : new Map()));
  }
  return { configs, unrendered: raw, children };
}

function setConfig(name: string, value: Value, written: Value, configs: Dict, raw: Dict): void {
  configs.set(name, value);
  raw.set(name, written);
}

/**
 * The levels of a tree that a node stands under, general first.
 * @param fqn package, folders and name of the node
 */
export function treeLevels(tree: ConfigTree, fqn: readonly string[]): readonly ConfigTree[] {
  const levels = [tree];
  let level: ConfigTree | undefined = tree;
  for (const name of fqn) {
    level = level.children.get(name);
    if (!level) break;
    levels.push(level);
  }
  return levels;
}

/**
 * Paths of a tree that configure something but that no node stands under: what dbt warns of as unused.
 * @param fqns of all resources of the tree's type, disabled ones included
 */
export function unusedTreePaths(
  tree: ConfigTree,
  fqns: Iterable<readonly string[]>,
): readonly (readonly string[])[] {
  const used = new Set<ConfigTree>();
  for (const fqn of fqns) for (const level of treeLevels(tree, fqn)) used.add(level);
  const unused: string[][] = [];
  const visit = (level: ConfigTree, path: string[]): void => {
    for (const [name, child] of level.children) {
      if (used.has(child)) visit(child, [...path, name]);
      else unused.push([...path, name]);
    }
  };
  visit(tree, []);
  return unused;
}

const TREE_OF_TYPE: Readonly<Record<string, ConfigTreeKey>> = {
  seed: "seeds",
  snapshot: "snapshots",
  source: "sources",
  test: "data_tests",
  unit_test: "unit_tests",
  exposure: "exposures",
  metric: "metrics",
  semantic_model: "semantic-models",
  saved_query: "saved-queries",
  function: "functions",
};

/** The tree that configures a resource type; as in dbt, that of models for analyses and operations too. */
export function treeOfType(resourceType: string): ConfigTreeKey {
  return TREE_OF_TYPE[resourceType] ?? "models";
}

export interface ConfigSources {
  readonly tree: ConfigTreeKey;
  readonly fqn: readonly string[];
  /** The project that the node belongs to, undefined for one without a project file, and the one that is built. */
  readonly own: Pick<ProjectFile, "trees"> | undefined;
  readonly root: Pick<ProjectFile, "trees">;
  /** Configs of its properties, and what `config()` in its file gave. */
  readonly written: readonly Dict[];
}

/**
 * All configs of a node, general first, for mergeNodeConfig: own tree, properties, config(), and for a package's node
 * the root project's tree, which has the last word.
 * @param which "unrendered" for the texts as written in dbt_project.yml
 */
export function configLevels(sources: ConfigSources, which: "configs" | "unrendered"): readonly Dict[] {
  const { tree, fqn, own, root, written } = sources;
  const levels = (project: Pick<ProjectFile, "trees"> | undefined) =>
    project ? treeLevels(project.trees[tree], fqn).map((level) => level[which]) : [];
  return [...levels(own), ...written, ...(own === root ? [] : levels(root))];
}

/** dbt's unrendered_config: the levels laid over each other, without merge rules and defaults. */
export function unrenderedConfig(levels: readonly Dict[]): Dict {
  return new Map(levels.flatMap((level) => [...level]));
}
