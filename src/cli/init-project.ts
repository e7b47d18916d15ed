// `etl init`: writes the starter project of templates/init, or says that there is nothing to convert.

import { basename, join, relative, resolve } from "node:path";
import type { Adapter } from "../adapter/adapter.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Files, Host } from "../base/host.ts";
import { packageFolder } from "../base/package-folder.ts";

const PLACEHOLDER = "__project_name__";

/** What a project needs that is not built on the embedded engine. */
export type Warehouse = Pick<Adapter, "type" | "sampleProfile">;

/**
 * @param name the project's name; without it the project is made in the folder itself, under the folder's name
 * @param inside the folder to work in, instead of the working folder
 * @param warehouse gets a profiles.yml to fill in; undefined for the embedded engine, which needs none
 * @returns what there is to tell, line by line
 * @throws EtlError(init-refused) when the name is no name or the folder holds something
 */
export function initProject(
  host: Host,
  name: string | undefined,
  inside: string | undefined,
  warehouse?: Warehouse,
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
  const made = `made the project "${project}"${way === "" ? "" : ` in ${way}`}`;
  if (warehouse === undefined) return [`${made}: ${written} files`, `next: ${enter}`];
  writeProfile(folder, project, warehouse, files);
  return [
    `${made}: ${written + 1} files`,
    `next: say in ${way === "" ? "" : `${way}/`}profiles.yml where your ${warehouse.type} is, then ${enter.replace("etl build", "etl debug")}`,
  ];
}

/** Names a profile of the project's name in dbt_project.yml and writes it beside, with what there is to fill in. */
function writeProfile(folder: string, project: string, { sampleProfile }: Warehouse, files: Files): void {
  const settings = join(folder, "dbt_project.yml");
  const text = files
    .readText(settings)
    .replace(
      /^(?:#.*\n)*/,
      "# The project's own settings; `profile` names the connection in profiles.yml.\n",
    );
  files.writeWhole(settings, text.replace(`name: ${project}\n`, `name: ${project}\nprofile: ${project}\n`));
  const output = sampleProfile.trimEnd().replaceAll(/^/gm, "      ");
  files.writeWhole(
    join(folder, "profiles.yml"),
    `${project}:\n  target: dev\n  outputs:\n    dev:\n${output}\n`,
  );
}

function refuseFullFolder(folder: string, name: string | undefined, files: Files): void {
  const found = files.stat(folder);
  if (found === undefined) return;
  const entries =
    found.kind === "directory" ? files.list(folder).filter(({ name: entry }) => entry !== ".git") : [];
  if (found.kind === "directory" && entries.length === 0) return;
  throw new EtlError([
    errorAt("init-refused", `${folder} is not empty, and it is not a dbt project`, undefined, {
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
