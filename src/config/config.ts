// What the configuration stage hands to all later ones: the project file, the profile, flags, variables. Typed where the
// program itself reads a key, Values (see jinja/value.ts) where only users and templates do.

import type { Adapter, Credentials, ProfileOutput } from "../adapter/adapter.ts";
import type { Catalogs } from "../adapter/catalog-integration.ts";
import type { RelationParts } from "../adapter/relation.ts";
import type { Diagnostic, Place } from "../base/diagnostic.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Flags } from "./flags.ts";
import type { OpenLineageSettings } from "./open-lineage.ts";

export type { CheckedYaml, YamlFile } from "./yaml.ts";

/** Resource types that have a config tree in dbt_project.yml, by the key of the tree. */
export type ConfigTreeKey =
  | "models"
  | "seeds"
  | "snapshots"
  | "sources"
  | "data_tests"
  | "unit_tests"
  | "analyses"
  | "exposures"
  | "metrics"
  | "semantic-models"
  | "saved-queries"
  | "functions";

export type PathKey =
  | "model-paths"
  | "seed-paths"
  | "test-paths"
  | "analysis-paths"
  | "docs-paths"
  | "asset-paths"
  | "macro-paths"
  | "snapshot-paths"
  | "function-paths";

/** One dbt_project.yml, rendered and checked: the root project's or a package's. */
export interface ProjectFile {
  readonly name: string;
  readonly version: string | null;
  /** Absolute folder that holds it. */
  readonly folder: string;
  /** Path of the file for messages, relative to the root project. */
  readonly file: string;
  readonly profile: string | null;
  readonly paths: Readonly<Record<PathKey, readonly string[]>>;
  readonly targetPath: string;
  readonly logPath: string;
  readonly packagesInstallPath: string;
  readonly cleanTargets: readonly string[];
  readonly requireDbtVersion: readonly string[];
  readonly onRunStart: readonly { readonly sql: string; readonly place: Place }[];
  readonly onRunEnd: readonly { readonly sql: string; readonly place: Place }[];
  readonly dispatch: readonly { readonly macroNamespace: string; readonly searchOrder: readonly string[] }[];
  readonly quoting: Partial<RelationParts<boolean>>;
  /** Null: statements carry no comment. */
  readonly queryComment: {
    /** A template; null for dbt's comment, which tells who runs the statement. */
    readonly comment: string | null;
    /** Behind the statement; undefined: where the adapter puts it. */
    readonly append: boolean | undefined;
    readonly jobLabel: boolean;
  } | null;
  readonly restrictAccess: boolean;
  readonly vars: Dict;
  /** `flags:` of the file, for the root project. */
  readonly flags: Dict;
  readonly trees: Readonly<Record<ConfigTreeKey, ConfigTree>>;
  /** Place of a key path of the file, e.g. ["models", "shop", "+materialized"]; found lazily. */
  place(path: readonly (string | number)[]): Place;
}

/**
 * A path-tree of configs as written (rendered): `configs` are keys of this level (with or without "+"), `children` are
 * folders, packages or file names. Hooks and other late-rendered texts stay unrendered.
 */
export interface ConfigTree {
  readonly configs: Dict;
  readonly unrendered: Dict;
  readonly children: ReadonlyMap<string, ConfigTree>;
}

/** How variables and the environment are read while rendering; remembers what was asked, for the parse cache. */
export interface Variables {
  /** `--vars` as given. */
  readonly cli: Dict;
  /** The value of a var for a package, by dbt's precedence (--vars, root `vars.<pkg>`, root global, package's own). */
  get(name: string, packageName: string): { readonly value: Value } | undefined;
  /** All names visible to a package, for did-you-mean. */
  names(packageName: string): ReadonlySet<string>;
}

export interface Config {
  readonly project: ProjectFile;
  /** Absolute folder of the root project. */
  readonly folder: string;
  /** Absolute target and log folders, after flags. */
  readonly targetFolder: string;
  readonly logFolder: string;
  readonly profile: ProfileOutput;
  readonly adapter: Adapter;
  /** Adapters whose macros are tried after its own. */
  readonly parentAdapters: readonly Adapter[];
  readonly credentials: Credentials;
  /** Threads after flags and profile, at least 1. */
  readonly threads: number;
  readonly flags: Flags;
  readonly variables: Variables;
  /** The environment with what .env adds; to be read instead of Host.env. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Environment variables that the configuration was rendered with; null where a default was used. */
  readonly envVars: ReadonlyMap<string, string | null>;
  /** Values that must never be shown: secret variables and secrets of the profile. */
  readonly secrets: readonly string[];
  /** Where OpenLineage events go; absent where nobody asked for any. */
  readonly openLineage?: OpenLineageSettings;
  /** What templates in YAML files know beside `env_var`, `var`, `target` and the like. */
  readonly names: TemplateNames;
  /** Named selectors of selectors.yml as read. */
  readonly selectors: ReadonlyMap<string, SelectorDefinition>;
  /** Catalogs of catalogs.yml, and those that the adapter always has. */
  readonly catalogs: Catalogs;
  /** Warnings found on the way. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Values by the name that templates call them, each made when a template first asks for it. */
export type TemplateNames = Readonly<Record<string, () => Value>>;

export interface SelectorDefinition {
  readonly name: string;
  readonly description: string | null;
  readonly isDefault: boolean;
  /** The definition as written, to be understood by `select`. */
  readonly definition: Value;
  /** Of the name. */
  readonly place: Place;
  /** Of what stands at a path of the definition; [] is the definition itself. */
  placeOf(path: readonly (string | number)[], at?: "key" | "value"): Place;
}
