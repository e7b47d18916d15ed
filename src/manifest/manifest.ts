// All that parsing knows of a project, as data. Maps keep the order of parsing, which is sorted by file, so two
// parses of the same files give the same manifest.

import type { Place } from "../base/diagnostic.ts";
import type { Block } from "../jinja/environment.ts";
import type { Dict } from "../jinja/value.ts";
import type { NodeId, Resource } from "./node.ts";

/** "macro.dbt_utils.star" */
export type MacroId = string;

export interface Macro {
  readonly id: MacroId;
  /** Name as looked up: tests are "test_<name>", materializations "materialization_<name>_<adapter>". */
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly place: Place;
  /** The block in its file; its text and parameters. */
  readonly block: Block;
  readonly dependsOnMacros: readonly MacroId[];
  readonly description: string;
  readonly meta: Dict;
  readonly docs: { readonly show: boolean; readonly nodeColor: string | null };
  readonly patchPath: string | null;
  readonly arguments: readonly {
    readonly name: string;
    readonly type: string | null;
    readonly description: string;
  }[];
  readonly config: Dict;
  readonly supportedLanguages: readonly string[] | null;
  readonly createdAt: number;
}

export interface DocBlock {
  readonly id: string;
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly contents: string;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly owner: Dict;
  readonly description: string | null;
  readonly config: Dict;
  readonly place: Place;
}

export interface Manifest {
  readonly projectName: string;
  readonly adapterType: string;
  /** Every enabled resource by id: nodes, sources, unit tests, exposures, metrics, semantic models, saved queries. */
  readonly resources: ReadonlyMap<NodeId, Resource>;
  /** Resources with `enabled: false`, by id; several may share one. */
  readonly disabled: ReadonlyMap<NodeId, readonly Resource[]>;
  readonly macros: ReadonlyMap<MacroId, Macro>;
  readonly docs: ReadonlyMap<string, DocBlock>;
  readonly groups: ReadonlyMap<string, Group>;
  /** Parents and children of every resource, both sorted by id. */
  readonly parents: ReadonlyMap<NodeId, readonly NodeId[]>;
  readonly children: ReadonlyMap<NodeId, readonly NodeId[]>;
  /** Names of the installed packages, root project first. */
  readonly packages: readonly string[];
  readonly generatedAt: Date;
}
