// What `model` of templates and manifest.json show of a compiled node, in dbt's form.

import { relative } from "node:path";
import type { CompiledParts } from "../manifest/node-json.ts";
import type { Cte } from "./inject-ctes.ts";

/**
 * @param compiled what compiling a node gave; its path is absolute
 * @param folder the project folder, which paths of files are told from
 */
export function compiledParts(
  {
    code,
    path,
    ctes,
  }: { readonly code: string; readonly path: string | undefined; readonly ctes: readonly Cte[] },
  folder: string,
): CompiledParts {
  return {
    code,
    path: path === undefined ? null : relative(folder, path).replaceAll("\\", "/"),
    ctes: ctes.map(({ id, name, sql }) => ({ id, sql: ` ${name} as (\n${sql}\n)` })),
  };
}
