// Reads one dbt_project.yml, the root project's or a package's: renders its templates, gives every key its type or says
// in words what is wrong with it. Facts from dbt-core 1.11, config/project.py and config/renderer.py.

import { type Checked, type Diagnostic, errorAt, hasErrors, warningAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Dict } from "../jinja/value.ts";
import { checkConfig } from "./check-config.ts";
import type { CheckedYaml, ConfigTreeKey, ProjectFile, YamlFile } from "./config.ts";
import { kindOfTree } from "./config-keys.ts";
import { buildConfigTree } from "./config-tree.ts";
import { joinPath } from "./file-paths.ts";
import { MappingReader } from "./mapping-reader.ts";
import {
  LATE_KEYS,
  OLD_KEYS,
  PROJECT_KEYS,
  RESERVED_NAMES,
  TREE_KEYS,
  TREES_WITH_HOOKS,
} from "./project-keys.ts";
import { readPaths } from "./project-paths.ts";
import type { Path, ValueRenderer } from "./render-values.ts";
import { checkRequiredVersion } from "./require-version.ts";
import { kindWords, showValue } from "./value-words.ts";
import { readYaml } from "./yaml.ts";

export const PROJECT_FILE = "dbt_project.yml";

export interface ProjectInput {
  readonly yaml: YamlFile;
  /** Absolute folder of the project. */
  readonly folder: string;
  readonly renderer: ValueRenderer;
  readonly versionCheck: boolean;
  /** Adapter.configKeys. */
  readonly adapterKeys: readonly string[];
  readonly files: Files;
  /** False where nobody looks at configs: they may need vars that only a run is given. */
  readonly readsConfigs?: boolean;
}

/**
 * Reads the YAML of a project file without looking into it.
 * @param file its name for messages
 * @returns the file when it holds a mapping; "yaml-syntax" and "project-value" errors
 */
export function readProjectYaml(files: Files, folder: string, file: string): CheckedYaml {
  // dbt strips files: a block text that ends the file ends without its line break.
  const read = readYaml(files.readText(joinPath(folder, PROJECT_FILE)).trimEnd(), file);
  if (!read.value || read.value.value instanceof Map) return read;
  const found =
    read.value.value === null
      ? "is empty"
      : `must hold a mapping (name: ..., profile: ...), not ${kindWords(read.value.value)}`;
  const error = errorAt("project-value", `${file} ${found}`, { file, line: 1, column: 1 });
  return { value: undefined, diagnostics: [...read.diagnostics, error] };
}

/**
 * @returns the project, undefined when something is wrong with it; errors "project-value", "project-version",
 *   "config-value", "jinja-error" and so on; warnings "project-key", "config-key", "project-path"
 */
export function readProjectFile(input: ProjectInput): Checked<ProjectFile | undefined> {
  const diagnostics: Diagnostic[] = [];
  const raw = withCurrentKeys(input.yaml, diagnostics);
  const isKept = (path: Path): boolean =>
    isLate(path) || (input.readsConfigs === false && TREES.has(String(path[0])));
  const rendered = input.renderer.render(input.yaml, raw, [], diagnostics, isKept);
  const values: Dict = rendered instanceof Map ? rendered : new Map();
  const reader = new MappingReader(input.yaml, values, [], "project-value", diagnostics);
  warnOfUnknownKeys(reader, diagnostics);
  const name = readName(reader);
  const targetPath = reader.text("target-path") ?? "target";
  const project: ProjectFile = {
    name,
    version: reader.text("version") ?? null,
    folder: input.folder,
    file: input.yaml.file,
    profile: reader.text("profile") ?? null,
    paths: readPaths(reader, input.folder, input.files, diagnostics),
    targetPath,
    logPath: reader.text("log-path") ?? "logs",
    packagesInstallPath: reader.text("packages-install-path") ?? "dbt_packages",
    cleanTargets: reader.texts("clean-targets") ?? [targetPath],
    requireDbtVersion: readRequiredVersion(reader, name, input, diagnostics),
    onRunStart: readHooks(reader, "on-run-start"),
    onRunEnd: readHooks(reader, "on-run-end"),
    dispatch: readDispatch(reader),
    quoting: readQuoting(reader),
    queryComment: readQueryComment(reader),
    restrictAccess: reader.boolean("restrict-access") ?? false,
    vars: reader.mapping("vars").values,
    flags: reader.mapping("flags").values,
    trees: readTrees(reader, raw, input, diagnostics),
    place: (path) => input.yaml.place(path, "key"),
  };
  return { value: hasErrors(diagnostics) ? undefined : project, diagnostics };
}

const TREES: ReadonlySet<string> = new Set(TREE_KEYS);

/** Hooks, vars and the query comment are rendered when they are used. */
function isLate(path: Path): boolean {
  const first = path[0];
  if (typeof first !== "string") return false;
  if (LATE_KEYS.has(first)) return true;
  return (
    TREES_WITH_HOOKS.has(first) &&
    path.some((step) => typeof step === "string" && /^[+ ]*(?:pre|post)[-_]hook$/.test(step))
  );
}

/** The mapping of the file under today's names of its keys. */
function withCurrentKeys(yaml: YamlFile, diagnostics: Diagnostic[]): Dict {
  const raw: Dict = yaml.value instanceof Map ? new Map(yaml.value) : new Map();
  for (const [old, current] of Object.entries(OLD_KEYS)) {
    if (!raw.has(old)) continue;
    if (raw.has(current))
      diagnostics.push(
        errorAt(
          "project-value",
          `"${old}" and "${current}" are the same key: only one of them can be given`,
          yaml.place([old], "key"),
          {
            notes: [{ message: `"${current}" stands here`, place: yaml.place([current], "key") }],
            help: `keep "${current}"`,
          },
        ),
      );
    else {
      raw.set(current, raw.get(old) ?? null);
      // dbt says nothing of `tests`, which may well stay.
      if (old !== "tests")
        diagnostics.push(
          warningAt("project-key-old", `"${old}" is called "${current}" today`, yaml.place([old], "key"), {
            help: `rename it to "${current}"`,
          }),
        );
    }
    raw.delete(old);
  }
  return raw;
}

function warnOfUnknownKeys(reader: MappingReader, diagnostics: Diagnostic[]): void {
  for (const key of reader.keys()) {
    if (PROJECT_KEYS.includes(key)) continue;
    diagnostics.push(
      warningAt(
        "project-key",
        `"${key}" is not a key of dbt_project.yml, so it has no effect`,
        reader.place(key, "key"),
        {
          help: didYouMean(key, PROJECT_KEYS) ?? "remove it; anchors can stand under anchors:",
        },
      ),
    );
  }
}

function readName(reader: MappingReader): string {
  const name = reader.text("name");
  if (name === undefined) {
    if (!reader.values.get("name"))
      reader.error('the project has no "name"', [], "add a line such as name: my_project");
    return "";
  }
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    const right = name.replaceAll(/[^\p{L}\p{N}_]+/gu, "_").replace(/^(?=\p{N})/u, "_");
    reader.error(
      `"${name}" cannot be the name of a project: letters, digits and _ are allowed, no digit first`,
      ["name"],
      `write name: ${right}`,
    );
  } else if (RESERVED_NAMES.has(name))
    reader.error(
      `"${name}" cannot be the name of a project: templates use this word for something else`,
      ["name"],
      `write for example name: ${name}_project`,
    );
  return name;
}

function readRequiredVersion(
  reader: MappingReader,
  name: string,
  input: ProjectInput,
  diagnostics: Diagnostic[],
): readonly string[] {
  const given = reader.oneOrMore("require-dbt-version") ?? [];
  const required = given.flatMap((text) => text.split(",")).map((text) => text.trim());
  const problem =
    input.versionCheck && required.length > 0 ? checkRequiredVersion(required, name) : undefined;
  if (problem)
    diagnostics.push(
      errorAt("project-version", problem.message, reader.place("require-dbt-version"), {
        help: problem.help,
      }),
    );
  return required;
}

function readHooks(reader: MappingReader, key: "on-run-start" | "on-run-end"): ProjectFile["onRunStart"] {
  const hooks = reader.oneOrMore(key) ?? [];
  const isList = Array.isArray(reader.values.get(key));
  return hooks.map((sql, i) => ({ sql, place: reader.file.place(isList ? [key, i] : [key]) }));
}

function readDispatch(reader: MappingReader): ProjectFile["dispatch"] {
  const value = reader.values.get("dispatch") ?? null;
  if (value === null) return [];
  if (!Array.isArray(value)) {
    reader.wrong("dispatch", "a list of mappings with macro_namespace and search_order", value);
    return [];
  }
  return value.flatMap((entry, i) => {
    const macroNamespace = entry instanceof Map ? entry.get("macro_namespace") : undefined;
    const searchOrder = entry instanceof Map ? entry.get("search_order") : undefined;
    if (typeof macroNamespace === "string" && Array.isArray(searchOrder))
      return [{ macroNamespace, searchOrder: searchOrder.map((name) => showValue(name)) }];
    reader.error(`entry ${i + 1} of "dispatch" needs macro_namespace (a text) and search_order (a list)`, [
      "dispatch",
      i,
    ]);
    return [];
  });
}

function readQuoting(reader: MappingReader): ProjectFile["quoting"] {
  const quoting = reader.mapping("quoting");
  const database = quoting.boolean("database") ?? quoting.boolean("project");
  const schema = quoting.boolean("schema");
  const identifier = quoting.boolean("identifier");
  return {
    ...(database === undefined ? {} : { database }),
    ...(schema === undefined ? {} : { schema }),
    ...(identifier === undefined ? {} : { identifier }),
  };
}

/** Absent: dbt's comment. Empty, null or false: none. */
function readQueryComment(reader: MappingReader): ProjectFile["queryComment"] {
  const value = reader.values.get("query-comment");
  if (value === undefined) return { comment: null, append: undefined, jobLabel: false };
  if (value === null || value === false || value === "") return null;
  if (typeof value === "string") return { comment: value, append: undefined, jobLabel: false };
  const mapping = reader.mapping("query-comment", "a text or a mapping with comment and append");
  return {
    comment: mapping.text("comment") ?? null,
    append: mapping.boolean("append"),
    jobLabel: mapping.boolean("job-label") ?? false,
  };
}

function readTrees(
  reader: MappingReader,
  raw: Dict,
  input: ProjectInput,
  diagnostics: Diagnostic[],
): ProjectFile["trees"] {
  const entries = TREE_KEYS.map((key) => {
    if (input.readsConfigs === false) return [key, buildConfigTree(new Map(), new Map())] as const;
    const rendered = reader.mapping(key, "a mapping of folders and configs");
    const written = raw.get(key);
    checkTree(key, rendered.values, [writtenKey(input.yaml, key)], input, diagnostics);
    return [key, buildConfigTree(rendered.values, written instanceof Map ? written : new Map())] as const;
  });
  return Object.fromEntries(entries) as ProjectFile["trees"];
}

/** `data_tests` may stand in the file as `tests`. */
function writtenKey(yaml: YamlFile, key: string): string {
  const old = Object.entries(OLD_KEYS).find(([, current]) => current === key)?.[0];
  return old && yaml.value instanceof Map && yaml.value.has(old) ? old : key;
}

function checkTree(
  key: ConfigTreeKey,
  level: Dict,
  path: Path,
  input: ProjectInput,
  diagnostics: Diagnostic[],
): void {
  const configs: Dict = new Map();
  const written = new Map<string, string>();
  for (const [name, value] of level) {
    const text = showValue(name);
    if (value instanceof Map && !text.startsWith("+"))
      checkTree(key, value, [...path, text], input, diagnostics);
    else {
      const plain = text.replace(/^\+\s*/, "");
      configs.set(plain, value);
      written.set(plain, text);
    }
  }
  const place = (name: string) =>
    input.yaml.place([...path, written.get(name) ?? written.get(name.replace("-", "_")) ?? name], "key");
  diagnostics.push(
    ...checkConfig(
      { kind: kindOfTree(key), values: configs, place, what: `${key} in ${PROJECT_FILE}` },
      input.adapterKeys,
    ),
  );
}
