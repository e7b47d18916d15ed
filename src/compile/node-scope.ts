// The scope of a node that is compiled or run: its references, config, `this`, `model` and the names that only running
// nodes have. Everything that costs something is made when a template asks for it.

import type { Relation } from "../adapter/relation.ts";
import { translateType } from "../context/column-value.ts";
import type { NodeScope, References, SharedScope } from "../context/scope.ts";
import { toText } from "../jinja/operations.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { groupToValue } from "../manifest/entry-json.ts";
import { GRAPH_SECTIONS, graphSection } from "../manifest/graph-sections.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { modelToValue } from "../manifest/model-json.ts";
import type { Constraint, Model, Resource } from "../manifest/node.ts";
import { type CompiledParts, nodeToValue } from "../manifest/node-json.ts";
import { type DeferredRelation, deferRelationValue } from "./defer.ts";

export interface NodeScopeOptions {
  readonly shared: SharedScope;
  readonly manifest: Manifest;
  readonly graph: () => Value;
  readonly resource: Resource;
  readonly config: Dict;
  readonly references: References;
  readonly relation: Relation | null;
  /** What compiling made of the node, once it is known. */
  readonly compiled?: CompiledParts;
  /** Further keys of `model`: batch. */
  readonly model?: ReadonlyMap<string, Value>;
  /** Names of this scope only; those that every node has are added to it here. */
  readonly extra: Map<string, Value>;
  readonly deferred?: DeferredRelation;
  readonly overrides?: NodeScope["overrides"];
}

/** The scope for `createGlobals`; `config(...)` calls do nothing any more, since parsing has read them. */
export function nodeScope(options: NodeScopeOptions): NodeScope {
  const { shared, resource, relation, config, deferred, extra } = options;
  if ("schema" in resource) extra.set("schema", resource.schema);
  if ("database" in resource && resource.database !== null) extra.set("database", resource.database);
  if (deferred && relation)
    extra.set("defer_relation", deferRelationValue(deferred, relation, shared.adapter));
  let model: Value | undefined;
  return {
    shared,
    packageName: resource.packageName,
    execute: true,
    nodeId: resource.id,
    references: options.references,
    config: { add: () => {}, get: (key) => config.get(key) },
    relation,
    model: () => {
      model ??= modelValue(options);
      return model;
    },
    graph: options.graph,
    extra,
    ...(options.overrides ? { overrides: options.overrides } : {}),
  };
}

function modelValue({
  shared: { adapter },
  resource,
  manifest,
  model,
  config,
  references,
  compiled,
}: NodeScopeOptions): Value {
  const configured = "config" in resource && config !== resource.config ? { ...resource, config } : resource;
  const named = configured.resourceType === "model" ? withTargets(configured, references) : configured;
  const value = modelToValue(named, manifest, {
    ...(compiled ? { compiled } : {}),
    translateType: (type) => translateType(type, adapter),
  });
  for (const [key, known] of model ?? []) value.set(key, known);
  return value;
}

/** A model whose foreign keys name relations where the user wrote a ref or source. */
export function withTargets(model: Model, references: References): Model {
  const lists = [model, ...model.columns.values()].map(({ constraints }) => constraints);
  if (!lists.flat().some(({ target }) => target)) return model;
  const named = (constraints: readonly Constraint[]): readonly Constraint[] =>
    constraints.map((one) => (one.target ? { ...one, to: relationText(one.target, references) } : one));
  const columns = [...model.columns].map(
    ([name, column]) => [name, { ...column, constraints: named(column.constraints) }] as const,
  );
  return { ...model, constraints: named(model.constraints), columns: new Map(columns) };
}

function relationText(target: NonNullable<Constraint["target"]>, references: References): string {
  return toText("name" in target ? references.ref(target) : references.source(target));
}

/** What templates see as `graph`, made once for an invocation when a template first asks for it. */
export class GraphValue {
  private value: Dict | undefined;

  constructor(private readonly manifest: Manifest) {}

  readonly get = (): Value => {
    this.value ??= this.make();
    return this.value;
  };

  private make(): Dict {
    const sections = new Map<string, Map<Value, Value>>(GRAPH_SECTIONS.map((name) => [name, new Map()]));
    for (const [id, resource] of this.manifest.resources) {
      sections.get(graphSection(resource))?.set(id, nodeToValue(resource, this.manifest));
    }
    for (const group of this.manifest.groups.values()) {
      sections.get("groups")?.set(group.id, groupToValue(group));
    }
    return new Map<Value, Value>(sections);
  }
}

/** Hooks of a node's config as `run_hooks` takes them. */
export function hookValues(config: Dict, key: "pre-hook" | "post-hook"): Value {
  const hooks = config.get(key) ?? config.get(key.replace("-", "_"));
  return Array.isArray(hooks) ? hooks : [];
}

/** `this` of nodes that have none in dbt: operations and hooks of the run. */
export function thisOf(resource: Resource, relation: Relation): Relation | null {
  return resource.resourceType === "operation" || resource.resourceType === "sql_operation" ? null : relation;
}
