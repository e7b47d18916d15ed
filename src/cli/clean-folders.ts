// `etl clean`: removes the folders of clean-targets. It never leaves the project, by ".." or absolute paths or through
// links, and never removes what the user wrote; one such folder among the targets and nothing at all is removed.

import { isAbsolute, join, relative, resolve } from "node:path";
import { type Diagnostic, EtlError, errorAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import type { ProjectFile } from "../config/config.ts";

/**
 * @param project its clean targets are removed where they exist
 * @returns the removed paths, relative to the project
 * @throws EtlError(clean-refused) naming every target that is outside of the project or holds source files
 */
export function cleanFolders(project: ProjectFile, files: Files): readonly string[] {
  const targets = [...new Set(project.cleanTargets)].sort();
  const refused = targets.flatMap((target) => {
    const reason = reasonToRefuse(target, project, files);
    return reason === undefined ? [] : [refusal(target, reason, project)];
  });
  if (refused.length > 0) throw new EtlError(refused);
  return targets.filter((target) => {
    const path = resolve(project.folder, target);
    const wasThere = files.stat(path) !== undefined;
    files.remove(path);
    return wasThere;
  });
}

function reasonToRefuse(target: string, project: ProjectFile, files: Files): string | undefined {
  const path = resolve(project.folder, target);
  if (isWithin(project.folder, path)) return "it holds the project itself";
  if (!isWithin(path, project.folder)) return "it is outside of the project";
  // A link is removed itself, so only the folders above it can lead out.
  const above = nearestExisting(join(path, ".."), files);
  if (!isWithin(files.realPath(above), files.realPath(project.folder)))
    return "a link on its path leads out of the project";
  const sources = Object.values(project.paths)
    .flat()
    .filter((folder) => folder !== "");
  const held = sources.find((folder) => isWithin(resolve(project.folder, folder), path));
  return held === undefined ? undefined : `it holds source files (${held})`;
}

/** True when `path` is `folder` or below it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith("../") || way.startsWith("..\\") || isAbsolute(way));
}

function nearestExisting(path: string, files: Files): string {
  let folder = path;
  while (files.stat(folder) === undefined) folder = join(folder, "..");
  return folder;
}

function refusal(target: string, reason: string, project: ProjectFile): Diagnostic {
  return errorAt(
    "clean-refused",
    `clean does not remove "${target}": ${reason}`,
    project.place(["clean-targets"]),
    {
      help: "take it out of clean-targets, and remove it by hand if you mean it",
    },
  );
}
