// `etl init`: writes the starter project of templates/init, or says that there is nothing to convert.

import { basename, join, relative, resolve } from "node:path";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Files, Host } from "../base/host.ts";
import { packageFolder } from "../base/package-folder.ts";

const PLACEHOLDER = "__project_name__";

/**
 * @param name the project's name; without it the project is made in the folder itself, under the folder's name
 * @param inside the folder to work in, instead of the working folder
 * @returns what there is to tell, line by line
 * @throws EtlError(init-refused) when the name is no name or the folder holds something
 */
export function initProject(
  host: Host,
  name: string | undefined,
  inside: string | undefined,
): readonly string[] {
  const { files } = host;
  const start = resolve(host.cwd, inside ?? ".");
  if (name !== undefined) refuseBadName(name, undefined);
  const folder = name === undefined ? start : join(start, name);
  const way = relative(host.cwd, folder).replaceAll("\\", "/");
  const enter = way === "" ? "etl build" : `cd ${way} && etl build`;
  if (files.stat(join(folder, "dbt_project.yml"))) {
    return [
      `${way || "this folder"} is a dbt project already: there is nothing to convert`,
      `next: ${enter}`,
    ];
  }
  refuseFullFolder(folder, name, files);
  const project = name ?? basename(folder);
  refuseBadName(project, folder);
  const written = writeTemplate(join(packageFolder(), "templates", "init"), folder, project, files);
  return [
    `made the project "${project}"${way === "" ? "" : ` in ${way}`}: ${written} files`,
    `next: ${enter}`,
  ];
}

function refuseFullFolder(folder: string, name: string | undefined, files: Files): void {
  const found = files.stat(folder);
  if (found === undefined) return;
  const entries =
    found.kind === "directory" ? files.list(folder).filter(({ name: entry }) => entry !== ".git") : [];
  if (found.kind === "directory" && entries.length === 0) return;
  throw new EtlError([
    errorAt("init-refused", `${folder} is not empty, and it is no dbt project`, undefined, {
      help:
        name === undefined
          ? "name the project, to make it in a new folder: etl init my_project"
          : "choose another name, or empty the folder",
    }),
  ]);
}

/** dbt's rule for project names. @param folder where the name comes from the folder */
function refuseBadName(name: string, folder: string | undefined): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  const proposal = name.replaceAll(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d)/, "_") || "my_project";
  throw new EtlError([
    errorAt(
      "init-refused",
      `a project cannot be named "${name}": letters, digits and _ only, and no digit first`,
      undefined,
      {
        help:
          folder === undefined
            ? `etl init ${proposal}`
            : `give it a name, to make it in a new folder: etl init ${proposal}`,
      },
    ),
  ]);
}

function writeTemplate(from: string, to: string, project: string, files: Files): number {
  let written = 0;
  for (const { name, kind } of files.list(from)) {
    const source = join(from, name);
    if (kind === "directory") {
      written += writeTemplate(source, join(to, name), project, files);
      continue;
    }
    // npm takes files named .gitignore out of packages.
    const target = join(to, name === "gitignore" ? ".gitignore" : name);
    files.writeWhole(target, files.readText(source).replaceAll(PLACEHOLDER, project));
    written += 1;
  }
  return written;
}
