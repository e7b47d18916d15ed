// What decides the meaning of a template besides its text: the invocation that all templates share, and the scope of
// the one node (or hook, operation, YAML value) that is rendered. `createGlobals` turns both into template globals.
// Parsing, compiling and running differ only in the scope that they pass.

import type { Adapter, Credentials } from "../adapter/adapter.ts";
import type { Relation } from "../adapter/relation.ts";
import type { RelationCache } from "../adapter/relation-cache.ts";
import type { Host } from "../base/host.ts";
import type { Config, ProjectFile } from "../config/config.ts";
import type { UndefinedUse } from "../jinja/run.ts";
import type { SourcePlace } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { MacroId } from "../manifest/manifest.ts";
import type { TemplateEnvironment } from "./environment.ts";
import type { MacroIndex } from "./macro-index.ts";

export interface Invocation {
  readonly id: string;
  readonly startedAt: Date;
  /** The command as typed, e.g. "build", "source freshness". */
  readonly command: string;
}

/** Made once for an invocation. */
export interface SharedScope {
  readonly host: Host;
  readonly config: Config;
  /** Project files of the root project and all installed packages. */
  readonly projects: readonly ProjectFile[];
  readonly adapter: Adapter;
  readonly credentials: Credentials;
  readonly environment: TemplateEnvironment;
  readonly macros: MacroIndex;
  readonly invocation: Invocation;
  /** What is known of relations in the warehouse; empty while parsing. */
  readonly relations: RelationCache;
}

/** `ref`, `source`, `metric` and `function`, told apart by phase: parsing records them, running resolves them. */
export interface References {
  ref(call: {
    readonly name: string;
    readonly packageName: string | null;
    readonly version: string | number | null;
  }): Value;
  source(call: { readonly source: string; readonly table: string }): Value;
  metric(call: readonly string[]): Value;
  function(call: { readonly name: string; readonly packageName: string | null }): Value;
}

/** The object `config`: a call while parsing adds to the node's config; reading answers from the config so far. */
export interface ConfigAccess {
  /** `{{ config(...) }}`. */
  add(values: Dict): void;
  /** The key's value, or undefined when the node has none. */
  get(key: string): Value | undefined;
}

export interface NodeScope {
  readonly shared: SharedScope;
  /** Package whose macros, vars and refs are looked up first. */
  readonly packageName: string;
  /** False while parsing: nothing may be asked of the warehouse. */
  readonly execute: boolean;
  /** True where a missing var is a mistake even while the project is parsed: in generate_schema_name and its like. */
  readonly needsVars?: boolean;
  /** unique_id for messages, logs and the query comment; undefined for YAML values. */
  readonly nodeId?: string;
  readonly references: References;
  readonly config: ConfigAccess;
  /** `this`; null where dbt has none. */
  readonly relation: Relation | null;
  /** `model`, made when a template asks for it. */
  model(): Value;
  /** `graph`, likewise. */
  graph(): Value;
  /**
   * Called with each macro that is reached, for depends_on.macros and the parse cache; `depth` 0: called by the node
   * itself rather than by another macro (only those are dbt's depends_on.macros).
   */
  readonly onMacro?: (id: MacroId, depth: number) => void;
  /** Told of an undefined name that is printed or looped over, where Jinja2 is silent. */
  readonly onUndefined?: (use: UndefinedUse) => void;
  /** Names that only some scopes have: sql, compiled_code, pre_hooks, post_hooks, results, schemas, load_agate_table ... */
  readonly extra: ReadonlyMap<string, Value>;
  /** Values that win over everything else (unit test overrides: macros, vars, env_vars). */
  readonly overrides?: {
    readonly macros: ReadonlyMap<string, Value>;
    readonly vars: ReadonlyMap<string, Value>;
    readonly envVars: ReadonlyMap<string, string>;
  };
  /** Place that is being rendered, for calls that keep their place (ref, source). */
  place?(): SourcePlace | undefined;
}
