// The nodes of a project as plain data: what parsing knows of every resource. Configs are Values in dbt's own
// snake_case (users put any key there); everything that the program itself reads is typed.
// `node-json.ts` gives the shapes that artifacts and templates (`graph`, `model`) see.

import type { Place } from "../base/diagnostic.ts";
import type { Dict, Value } from "../jinja/value.ts";

/** dbt's unique_id, e.g. "model.shop.orders". */
export type NodeId = string;

export const resourceTypes = [
  "model",
  "seed",
  "snapshot",
  "test",
  "unit_test",
  "source",
  "analysis",
  "operation",
  "sql_operation",
  "exposure",
  "metric",
  "semantic_model",
  "saved_query",
  "function",
] as const;

export type ResourceType = (typeof resourceTypes)[number];

export interface RefCall {
  readonly name: string;
  readonly packageName: string | null;
  readonly version: string | number | null;
  readonly place: Place;
}

export interface SourceCall {
  readonly source: string;
  readonly table: string;
  readonly place: Place;
}

export interface Checksum {
  readonly name: "sha256" | "path" | "none";
  readonly checksum: string;
}

export interface Docs {
  readonly show: boolean;
  readonly nodeColor: string | null;
}

export interface Constraint {
  readonly type: "check" | "not_null" | "unique" | "primary_key" | "foreign_key" | "custom";
  readonly name: string | null;
  readonly expression: string | null;
  readonly warnUnenforced: boolean;
  readonly warnUnsupported: boolean;
  /** The table of a foreign key: a name, or the ref or source that `target` tells. */
  readonly to: string | null;
  readonly target?: RefCall | SourceCall;
  readonly toColumns: readonly string[];
  /** Model-level constraints only. */
  readonly columns?: readonly string[];
}

/** `meta` and `extra` of columns that have none, which are most: one for all, so templates get it as one of their own. */
export const NO_VALUES: Dict = new Map();

export interface Column {
  readonly name: string;
  readonly description: string;
  readonly meta: Dict;
  readonly dataType: string | null;
  readonly constraints: readonly Constraint[];
  readonly quote: boolean | null;
  readonly tags: readonly string[];
  readonly granularity: string | null;
  /** Keys that dbt keeps although it does not know them (policy_tags ...). */
  readonly extra: Dict;
  /** Ids of the docs blocks that the description names. */
  readonly docBlocks: readonly string[];
  readonly place: Place;
}

/** What every resource has. */
export interface ResourceBase {
  readonly id: NodeId;
  readonly name: string;
  readonly packageName: string;
  /** Relative to the resource folder of its package ("staging/stg_orders.sql"). */
  readonly path: string;
  /** Relative to its package's folder ("models/staging/stg_orders.sql"), "/" separated. */
  readonly originalFilePath: string;
  readonly fqn: readonly string[];
  /** Where the user wrote it; file relative to the root project. */
  readonly place: Place;
}

/** Models may be written in Python, functions in JavaScript, too. */
export type Language = "sql" | "python" | "javascript";

/** What all nodes have that are configured, documented and (mostly) compiled. */
export interface NodeBase extends ResourceBase {
  readonly description: string;
  readonly docBlocks: readonly string[];
  /** The merged config: all keys, defaults included. */
  readonly config: Dict;
  readonly unrenderedConfig: Dict;
  readonly tags: readonly string[];
  readonly meta: Dict;
  readonly docs: Docs;
  readonly columns: ReadonlyMap<string, Column>;
  /** "package://models/schema.yml" of the properties that patched it. */
  readonly patchPath: string | null;
  readonly patchPlace: Place | null;
  readonly checksum: Checksum;
  /** Template text as the user wrote it; empty for seeds. `rawPlace` is where its first character stands. */
  readonly rawCode: string;
  readonly rawPlace: Place;
  readonly language: Language;
  readonly database: string | null;
  readonly schema: string;
  readonly alias: string;
  /** Quoted name in the warehouse; null for ephemeral models, tests that store nothing, analyses. */
  readonly relationName: string | null;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly metrics: readonly (readonly string[])[];
  readonly functions: readonly RefCall[];
  /** Resolved parents, sorted as dbt sorts them (in the order of the calls, without duplicates). */
  readonly dependsOnNodes: readonly NodeId[];
  readonly dependsOnMacros: readonly string[];
  readonly buildPath: string | null;
  readonly createdAt: number;
}

export interface Model extends NodeBase {
  readonly resourceType: "model";
  readonly access: "private" | "protected" | "public";
  readonly group: string | null;
  readonly version: string | number | null;
  readonly latestVersion: string | number | null;
  readonly deprecationDate: string | null;
  readonly constraints: readonly Constraint[];
  readonly contract: {
    readonly enforced: boolean;
    readonly aliasTypes: boolean;
    readonly checksum: string | null;
  };
  readonly timeSpine: Value;
  /** Columns that constraints or tests show to be the key. */
  readonly primaryKey: readonly string[];
}

export interface Seed extends NodeBase {
  readonly resourceType: "seed";
  /** Absolute folder of its package, to find the CSV file. */
  readonly rootPath: string;
  readonly group: string | null;
}

export interface Snapshot extends NodeBase {
  readonly resourceType: "snapshot";
  readonly group: string | null;
}

/** A data test; generic ones carry `testMetadata`. */
export interface DataTest extends NodeBase {
  readonly resourceType: "test";
  readonly group: string | null;
  readonly columnName: string | null;
  /** Key of the file that declares it, e.g. "models.orders"; null for singular tests. */
  readonly fileKeyName: string | null;
  readonly attachedNode: NodeId | null;
  /** What it tests does not exist or is disabled, so it is disabled itself. */
  readonly lacksTarget?: true;
  readonly testMetadata: {
    readonly name: string;
    readonly namespace: string | null;
    /** Keyword arguments, `model` as template text. */
    readonly kwargs: Dict;
  } | null;
}

export interface UnitTestFixture {
  readonly format: "dict" | "csv" | "sql";
  readonly rows: Value;
  /** Name of a fixture file. */
  readonly fixture: string | null;
  readonly place: Place;
}

export interface UnitTest extends ResourceBase {
  readonly resourceType: "unit_test";
  readonly description: string;
  readonly model: string;
  readonly testedNode: NodeId | null;
  readonly given: readonly (UnitTestFixture & { readonly input: string })[];
  readonly expect: UnitTestFixture;
  readonly overrides: { readonly macros: Dict; readonly vars: Dict; readonly envVars: Dict } | null;
  readonly versions: Value;
  readonly version: string | number | null;
  readonly config: Dict;
  readonly unrenderedConfig: Dict;
  readonly tags: readonly string[];
  readonly schema: string;
  readonly dependsOnNodes: readonly NodeId[];
  readonly dependsOnMacros: readonly string[];
  readonly checksum: string;
  readonly createdAt: number;
}

export interface FreshnessThreshold {
  readonly count: number | null;
  readonly period: "minute" | "hour" | "day" | null;
}

/** One table of a source. */
export interface Source extends ResourceBase {
  readonly resourceType: "source";
  readonly sourceName: string;
  readonly sourceDescription: string;
  readonly sourceMeta: Dict;
  readonly identifier: string;
  readonly database: string | null;
  readonly schema: string;
  readonly loader: string;
  readonly description: string;
  readonly docBlocks: readonly string[];
  readonly quoting: Dict;
  readonly loadedAtField: string | null;
  readonly loadedAtQuery: string | null;
  readonly freshness: {
    readonly warnAfter: FreshnessThreshold;
    readonly errorAfter: FreshnessThreshold;
    readonly filter: string | null;
  } | null;
  readonly external: Value;
  readonly columns: ReadonlyMap<string, Column>;
  readonly meta: Dict;
  readonly tags: readonly string[];
  readonly config: Dict;
  readonly unrenderedConfig: Dict;
  readonly patchPath: string | null;
  readonly unrenderedDatabase: string | null;
  readonly unrenderedSchema: string | null;
  readonly relationName: string | null;
  readonly createdAt: number;
}

export interface Analysis extends NodeBase {
  readonly resourceType: "analysis";
}

/** A hook of a project or a statement of `run-operation`. */
export interface Operation extends NodeBase {
  readonly resourceType: "operation" | "sql_operation";
  readonly index: number;
  readonly on: "start" | "end" | null;
}

export interface FunctionNode extends NodeBase {
  readonly resourceType: "function";
  readonly group: string | null;
  readonly access: "private" | "protected" | "public";
  readonly arguments: readonly {
    readonly name: string;
    readonly dataType: string;
    readonly description: string;
    readonly defaultValue: Value;
  }[];
  readonly returns: { readonly dataType: string; readonly description: string } | null;
}

export interface Exposure extends ResourceBase {
  readonly resourceType: "exposure";
  readonly type: string;
  readonly owner: Dict;
  readonly description: string;
  readonly label: string | null;
  readonly maturity: string | null;
  readonly url: string | null;
  readonly meta: Dict;
  readonly tags: readonly string[];
  readonly config: Dict;
  readonly unrenderedConfig: Dict;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly metrics: readonly (readonly string[])[];
  readonly dependsOnNodes: readonly NodeId[];
  readonly dependsOnMacros: readonly string[];
  readonly createdAt: number;
}

/** Metrics, semantic models and saved queries are read, validated and kept as dbt prints them. */
export interface SemanticResource extends ResourceBase {
  readonly resourceType: "metric" | "semantic_model" | "saved_query";
  readonly description: string;
  readonly label: string | null;
  readonly config: Dict;
  readonly unrenderedConfig: Dict;
  readonly meta: Dict;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly dependsOnNodes: readonly NodeId[];
  readonly dependsOnMacros: readonly string[];
  readonly refs: readonly RefCall[];
  /** All other keys of dbt's shape. */
  readonly body: Dict;
  readonly createdAt: number;
}

/** Nodes with template text that are compiled. */
export type CompilableNode = Model | Snapshot | DataTest | Analysis | Operation | FunctionNode;

/** Everything under `nodes` of manifest.json. */
export type ManifestNode = CompilableNode | Seed;

export type Resource = ManifestNode | UnitTest | Source | Exposure | SemanticResource;

/** What `ref` can mean. */
export type Refable = Model | Seed | Snapshot;

/** True for nodes that make a relation of their own in the warehouse, or would if they were not ephemeral. */
export function isRefable(resource: Resource): resource is Refable {
  return (
    resource.resourceType === "model" ||
    resource.resourceType === "seed" ||
    resource.resourceType === "snapshot"
  );
}

/** The `materialized` config; "" where there is none. */
export function materialization(resource: { readonly config: Dict }): string {
  const value = resource.config.get("materialized");
  return typeof value === "string" ? value : "";
}
