// Walks the folders of one package and says what each file is for. A folder is listed once, however many kinds of
// files dbt looks for in it.

import { join, posix } from "node:path";
import ignore, { type Ignore } from "ignore";
import type { Files } from "../base/host.ts";
import type { ProjectFile } from "../config/config.ts";
import { shownPath } from "../config/file-paths.ts";
import type { FileKind, SourceFile } from "./project.ts";

interface Rule {
  readonly kind: FileKind;
  readonly folders: readonly string[];
  readonly endings: RegExp;
  /** False for paths below the folder that belong to another kind. */
  readonly belongs?: (relative: string) => boolean;
}

const SQL = /\.sql(?:\.jinja)?$/i;

/** Which files dbt reads from where (dbt-core, parser/read_files.py). */
function rulesOf({ paths }: ProjectFile): readonly Rule[] {
  const everywhere = [
    ...paths["model-paths"],
    ...paths["seed-paths"],
    ...paths["snapshot-paths"],
    ...paths["analysis-paths"],
    ...paths["macro-paths"],
    ...paths["test-paths"],
    ...paths["function-paths"],
  ];
  const tests = paths["test-paths"];
  return [
    { kind: "macro", folders: paths["macro-paths"], endings: SQL },
    { kind: "generic-test", folders: tests.map((folder) => `${folder}/generic`), endings: SQL },
    { kind: "model", folders: paths["model-paths"], endings: /\.(?:sql(?:\.jinja)?|py)$/i },
    { kind: "snapshot", folders: paths["snapshot-paths"], endings: SQL },
    { kind: "analysis", folders: paths["analysis-paths"], endings: SQL },
    {
      kind: "singular-test",
      folders: tests,
      endings: SQL,
      belongs: (relative) => !/^(?:generic|fixtures)\//.test(relative),
    },
    { kind: "fixture", folders: tests.map((folder) => `${folder}/fixtures`), endings: /\.(?:sql|csv)$/i },
    { kind: "seed", folders: paths["seed-paths"], endings: /\.csv$/i },
    { kind: "function", folders: paths["function-paths"], endings: /\.(?:sql(?:\.jinja)?|py|js)$/i },
    { kind: "docs", folders: paths["docs-paths"], endings: /\.md(?:\.jinja)?$/i },
    { kind: "properties", folders: everywhere, endings: /\.ya?ml$/i },
  ];
}

/**
 * @param project the package's project file
 * @param rootFolder absolute folder of the root project, to name files for messages
 * @returns the files of all kinds, each kind sorted by path; a folder of `*-paths` that is not there has none
 */
export function findFiles(project: ProjectFile, rootFolder: string, files: Files): SourceFile[] {
  const walker = new Walker(project.folder, files);
  const label = shownPath(project.folder, rootFolder);
  const prefix = project.folder === rootFolder ? "" : `${label}/`;
  const found: SourceFile[] = [];
  for (const rule of rulesOf(project)) {
    const seen = new Set<string>();
    for (const folder of new Set(rule.folders)) {
      for (const relative of walker.below(folder)) {
        const original = posix.normalize(folder === "." ? relative : `${folder}/${relative}`);
        if (!rule.endings.test(relative) || rule.belongs?.(relative) === false || seen.has(original))
          continue;
        seen.add(original);
        found.push({
          kind: rule.kind,
          packageName: project.name,
          path: join(project.folder, original),
          file: prefix + original,
          relative,
          original,
        });
      }
    }
  }
  return found;
}

/** All files below a folder of macros, for the packages that come with etl. */
export function findMacroFiles(packageName: string, folder: string, files: Files): SourceFile[] {
  return new Walker(folder, files)
    .below(".")
    .filter((relative) => SQL.test(relative))
    .map((relative) => ({
      kind: "macro",
      packageName,
      path: join(folder, relative),
      file: `<${packageName}>/macros/${relative}`,
      relative,
      original: `macros/${relative}`,
    }));
}

class Walker {
  private readonly ignored: Ignore | undefined;
  private readonly listed = new Map<string, readonly string[]>();

  constructor(
    private readonly folder: string,
    private readonly files: Files,
  ) {
    const path = join(folder, ".dbtignore");
    if (files.stat(path)?.kind === "file")
      this.ignored = ignore({ allowRelativePaths: true }).add(files.readText(path));
  }

  /** Paths of the files below a folder of the package, relative to it, sorted. */
  below(folder: string): readonly string[] {
    let found = this.listed.get(folder);
    if (!found) {
      const start = join(this.folder, folder);
      found = this.files.stat(start)?.kind === "directory" ? this.walk(start, folder).sort() : [];
      this.listed.set(folder, found);
    }
    return found;
  }

  private walk(start: string, folder: string): string[] {
    const found: string[] = [];
    // Links can make a ring: a folder is entered once on each way down.
    const enter = (path: string, relative: string, above: readonly string[]): void => {
      for (const entry of this.files.list(path)) {
        const inside = relative === "" ? entry.name : `${relative}/${entry.name}`;
        if (entry.kind === "other" || this.isIgnored(folder, inside, entry.kind === "directory")) continue;
        const child = join(path, entry.name);
        if (entry.kind === "file") found.push(inside);
        else if (above.length < 40) enter(child, inside, [...above, child]);
      }
    };
    enter(start, "", []);
    return found;
  }

  private isIgnored(folder: string, relative: string, isFolder: boolean): boolean {
    if (!this.ignored) return false;
    const path = posix.normalize(`${folder}/${relative}`);
    return !path.startsWith("..") && this.ignored.ignores(isFolder ? `${path}/` : path);
  }
}
