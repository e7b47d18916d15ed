// `model-paths` and its like. A folder that does not exist is fine (projects list folders that git leaves out when they
// are empty), unless a folder with nearly the same name is there and nothing names it: then it is a slip of the pen.

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { nearest } from "../base/nearest.ts";
import type { PathKey, ProjectFile } from "./config.ts";
import { folderName, joinPath } from "./file-paths.ts";
import type { MappingReader } from "./mapping-reader.ts";
import { DEFAULT_PATHS, PATH_KEYS } from "./project-keys.ts";

/** Folders whose loss breaks other files; for the others a warning does. */
const ESSENTIAL: ReadonlySet<PathKey> = new Set([
  "model-paths",
  "seed-paths",
  "snapshot-paths",
  "macro-paths",
]);

/**
 * @param diagnostics gets "project-path" errors and warnings
 * @returns all paths with dbt's defaults; docs-paths default to all other folders
 */
export function readPaths(
  reader: MappingReader,
  folder: string,
  files: Files,
  diagnostics: Diagnostic[],
): ProjectFile["paths"] {
  const given = new Map<PathKey, readonly string[]>();
  for (const key of PATH_KEYS) {
    const paths = reader.texts(key);
    if (paths) given.set(key, [...new Set(paths.map(folderName))]);
  }
  const paths = Object.fromEntries(
    PATH_KEYS.map((key) => [key, given.get(key) ?? DEFAULT_PATHS[key]]),
  ) as Record<PathKey, readonly string[]>;
  const all = [
    ...new Set(
      PATH_KEYS.filter((key) => key !== "docs-paths" && key !== "asset-paths").flatMap((key) => paths[key]),
    ),
  ];
  if (!given.has("docs-paths")) paths["docs-paths"] = all;
  for (const [key, folders] of given) {
    folders.forEach((name, index) => {
      const problem = missingFolder(name, all, folder, files);
      if (!problem) return;
      const tell = ESSENTIAL.has(key) ? errorAt : warningAt;
      diagnostics.push(
        tell(
          "project-path",
          `"${key}" names the folder "${name}", which does not exist`,
          reader.file.place([key, index]),
          { help: problem },
        ),
      );
    });
  }
  return paths;
}

/** A did-you-mean when the folder is missing and an unnamed folder has nearly its name. */
function missingFolder(
  name: string,
  named: readonly string[],
  folder: string,
  files: Files,
): string | undefined {
  if (name === "" || files.stat(joinPath(folder, name))) return undefined;
  const parts = name.split("/");
  const last = parts.pop() as string;
  const parent = parts.join("/");
  if (!files.stat(joinPath(folder, parent))) return undefined;
  const siblings = files
    .list(joinPath(folder, parent))
    .flatMap((entry) => (entry.kind === "directory" ? [entry.name] : []));
  const near = nearest(
    last,
    siblings.filter((sibling) => !named.includes([...parts, sibling].join("/"))),
  );
  return near ? `did you mean "${[...parts, near].join("/")}"?` : undefined;
}
