// Where the written docs site is, for the commands that show it.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { Config } from "../config/config.ts";
import { joinPath } from "../config/file-paths.ts";

/**
 * @returns the target folder and the site's file in it
 * @throws EtlError(docs-missing) when the site was not written yet
 */
export function siteFolder(
  { targetFolder }: Config,
  { files }: Host,
): { readonly folder: string; readonly path: string } {
  const path = joinPath(targetFolder, "index.html");
  if (files.stat(path)?.kind === "file") return { folder: targetFolder, path };
  throw new EtlError([
    errorAt("docs-missing", `there is no docs site: ${path} does not exist`, undefined, {
      help: "write it with etl docs generate",
    }),
  ]);
}
