// vars.yml beside dbt_project.yml (dbt 1.12): variables that are known before dbt_project.yml is rendered.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import type { Dict } from "../jinja/value.ts";
import type { YamlFile } from "./config.ts";
import { joinPath } from "./file-paths.ts";
import { kindWords } from "./value-words.ts";
import { readYaml } from "./yaml.ts";

const VARS_FILE = "vars.yml";

/**
 * @param project the project file, whose `vars:` must be absent when there is a vars.yml
 * @param diagnostics gets "vars-invalid" and "yaml-syntax" errors
 * @returns the variables of vars.yml; none without the file
 */
export function readVarsFile(
  files: Files,
  projectFolder: string,
  project: YamlFile,
  diagnostics: Diagnostic[],
): Dict {
  const path = joinPath(projectFolder, VARS_FILE);
  if (!files.stat(path)) return new Map();
  const read = readYaml(files.readText(path), VARS_FILE);
  diagnostics.push(...read.diagnostics);
  const top = read.value?.value ?? null;
  if (!read.value || top === null) return new Map();
  const vars = top instanceof Map ? (top.get("vars") ?? null) : null;
  if (!(vars instanceof Map)) {
    const found = top instanceof Map ? (top.has("vars") ? kindWords(vars) : 'no "vars"') : kindWords(top);
    diagnostics.push(
      errorAt(
        "vars-invalid",
        `${VARS_FILE} must hold a mapping under "vars", not ${found}`,
        read.value.place(["vars"]),
        { help: "write vars: and the variables indented below it" },
      ),
    );
    return new Map();
  }
  if (project.value instanceof Map && project.value.has("vars") && vars.size > 0)
    diagnostics.push(
      errorAt(
        "vars-invalid",
        `variables stand both in ${VARS_FILE} and in ${project.file}`,
        project.place(["vars"], "key"),
        {
          notes: [{ message: "and here", place: read.value.place(["vars"], "key") }],
          help: `move all of them to ${VARS_FILE}`,
        },
      ),
    );
  return vars;
}
