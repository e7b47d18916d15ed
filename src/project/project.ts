// The files of a project and its packages as data: what each file is for, where it lies, how it is named.

import type { ProjectFile } from "../config/config.ts";

export type FileKind =
  | "model"
  | "seed"
  | "snapshot"
  | "singular-test"
  | "generic-test"
  | "fixture"
  | "analysis"
  | "macro"
  | "function"
  | "docs"
  | "properties";

export interface SourceFile {
  readonly kind: FileKind;
  readonly packageName: string;
  /** Absolute. */
  readonly path: string;
  /** For messages: relative to the root project, absolute outside of it. */
  readonly file: string;
  /** Relative to the resource folder, e.g. "staging/stg_orders.sql". */
  readonly relative: string;
  /** Relative to the package, e.g. "models/staging/stg_orders.sql". */
  readonly original: string;
}

export interface Package {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Undefined for the macro packages that come with etl. */
  readonly project: ProjectFile | undefined;
  /** In the order in which dbt reads them: by folder, then by path. */
  readonly files: readonly SourceFile[];
}

export interface Project {
  readonly root: Package & { readonly project: ProjectFile };
  /** Root first, then installed packages by name, then the built-in ones. */
  readonly packages: readonly Package[];
}
