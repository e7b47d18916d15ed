// `etl deps --add-package`: writes a package into packages.yml and keeps everything else of the file, comments included.
// An entry for the same package is replaced, as dbt does.

import { join } from "node:path";
import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";

export interface NewPackage {
  /** "dbt-labs/dbt_utils@1.3.0", or without a version. */
  readonly written: string;
  readonly source: "hub" | "git" | "local";
}

/** Keys of an entry that name its package. */
const NAMES = ["package", "git", "local", "tarball"];

/**
 * @param folder absolute folder of the project
 * @returns the file that was written
 * @throws EtlError when the package has no name, or the file is not a list of packages
 */
export function addPackage(folder: string, wanted: NewPackage, files: Files): string {
  const name =
    files.stat(join(folder, "dependencies.yml")) && !files.stat(join(folder, "packages.yml"))
      ? "dependencies.yml"
      : "packages.yml";
  const path = join(folder, name);
  const document = parseDocument(files.stat(path) ? files.readText(path) : "packages: []\n");
  const entry = entryOf(wanted);
  if (document.contents === null) document.contents = document.createNode({}) as unknown as YAMLMap.Parsed;
  if (document.errors.length > 0 || !isMap(document.contents)) throw unreadable(name);
  const list = document.get("packages") ?? document.createNode([]);
  if (!isSeq(list)) throw unreadable(name);
  list.flow = false;
  const known = shortName(Object.values(entry)[0] ?? "");
  list.items = list.items.filter(
    (item) => !isMap(item) || !NAMES.some((key) => shortName(String(item.get(key) ?? "")) === known),
  );
  list.add(document.createNode(entry));
  document.set("packages", list);
  files.writeWhole(path, document.toString({ lineWidth: 0 }));
  return name;
}

function entryOf({ written, source }: NewPackage): Readonly<Record<string, string>> {
  // "git@github.com:org/repo.git@main" has an @ of its own.
  const at = written.lastIndexOf("@");
  const hasVersion = at > 0 && !/[/:]/.test(written.slice(at));
  const name = hasVersion ? written.slice(0, at) : written;
  const version = hasVersion ? written.slice(at + 1) : "";
  if (name === "")
    throw new EtlError([
      errorAt("option-value", "--add-package needs the name of a package", undefined, {
        help: "for instance --add-package dbt-labs/dbt_utils@1.3.0",
      }),
    ]);
  if (source === "local") return { local: name };
  if (source === "git") return version === "" ? { git: name } : { git: name, revision: version };
  if (version === "")
    throw new EtlError([
      errorAt("option-value", `--add-package ${written} lacks the version`, undefined, {
        help: `write it behind the name: ${written}@1.0.0`,
      }),
    ]);
  return { package: name, version };
}

/** "https://github.com/dbt-labs/dbt-utils.git" and "dbt-labs/dbt_utils" are one package. */
function shortName(name: string): string {
  const last = name.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return last
    .replace(/\.git$/, "")
    .replaceAll("-", "_")
    .toLowerCase();
}

function unreadable(name: string): EtlError {
  return new EtlError([
    errorAt(
      "packages-invalid",
      `${name} is not a mapping with a list "packages"`,
      { file: name, line: 1, column: 1 },
      { help: "correct it first, then add the package" },
    ),
  ]);
}
