// Where the config of a node was written: in its own file, in its properties, or in dbt_project.yml. Looked for only when
// a message needs the place, so nothing is kept while parsing.

import type { Place } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { escapeRegExp, wholeWord } from "../base/whole-word.ts";
import type { Config, ConfigTree } from "../config/config.ts";
import { treeOfType } from "../config/config-tree.ts";
import { joinPath } from "../config/file-paths.ts";
import { placeWithin } from "../config/line-index.ts";
import { readYaml, type YamlFile } from "../config/yaml.ts";
import type { Value } from "../jinja/value.ts";
import { valueAt } from "../jinja/value-path.ts";
import type { NodeBase, ResourceBase, ResourceType } from "../manifest/node.ts";

/** A node as far as its configs are concerned. */
export type Configured = Pick<ResourceBase, "fqn"> & {
  readonly resourceType: ResourceType;
  readonly config: ReadonlyMap<Value, Value>;
} & Partial<Pick<NodeBase, "rawCode" | "rawPlace" | "patchPlace" | "place">>;

/** What tells where configs are written: the project's own file, and those that describe nodes. */
export interface ConfigFiles {
  readonly config: Pick<Config, "project" | "folder">;
  readonly host: { readonly files: Pick<Files, "readText"> };
}

/**
 * @param key name of the config, hooks under either spelling
 * @param word a part of its value, or the key itself, that the place should mark; the whole value without it
 * @returns the place that has the last word; undefined for a config that only has its default
 */
export function configPlace(
  node: Configured,
  key: string,
  files: ConfigFiles,
  word?: string,
): Place | undefined {
  const keys = key.includes("hook") ? [key.replace("_", "-"), key.replace("-", "_")] : [key];
  for (const one of keys) {
    const place =
      inCode(node, one, word) ?? inProperties(node, one, files, word) ?? inProject(node, one, files, word);
    if (place) return place;
  }
  return undefined;
}

/**
 * The config that holds a word, as the engine says it: a column of unique_key, the SQL of a hook.
 * @returns its key with its place
 */
export function configWithWord(
  node: Configured,
  word: string,
  files: ConfigFiles,
): { readonly key: string; readonly place: Place } | undefined {
  const whole = wholeWord(word, "i");
  for (const [key, value] of node.config) {
    if (typeof key !== "string" || PROSE.has(key) || !holds(value, whole)) continue;
    const place = configPlace(node, key, files, word);
    if (place) return { key, place };
  }
  return undefined;
}

/** Configs that no statement is made of. */
const PROSE: ReadonlySet<string> = new Set([
  "meta",
  "docs",
  "tags",
  "group",
  "access",
  "materialized",
  "enabled",
]);

function holds(value: Value, word: RegExp): boolean {
  if (typeof value === "string") return word.test(value);
  if (Array.isArray(value)) return value.some((item) => holds(item, word));
  return value instanceof Map && [...value].some(([key, item]) => holds(key, word) || holds(item, word));
}

/** In a config() call: the value behind `key=` or `"key":`, or the word in it. */
function inCode({ rawCode, rawPlace }: Configured, key: string, word: string | undefined): Place | undefined {
  if (!rawCode || !rawPlace) return undefined;
  const call = /\bconfig\s*\(/.exec(rawCode);
  if (!call) return undefined;
  const pattern = new RegExp(
    `(?<![\\w-])(?:${escapeRegExp(key)}\\s*=(?!=)|["']${escapeRegExp(key)}["']\\s*:)\\s*`,
    "g",
  );
  pattern.lastIndex = call.index;
  const found = pattern.exec(rawCode);
  if (!found) return undefined;
  const start = found.index + found[0].length;
  const value = /^(?:"[^"\n]*"|'[^'\n]*'|[\w.+-]+|\[[^\]\n]*\]?|.)/.exec(rawCode.slice(start))?.[0] ?? "";
  const at = word === undefined ? -1 : rawCode.slice(found.index, found.index + 2000).indexOf(word);
  const [from, length] =
    at < 0 || word === undefined ? [start, value.length] : [found.index + at, word.length];
  return placeWithin(rawCode, rawPlace, from, from + Math.max(1, length));
}

/** Under `config:` of the entry that describes the node, or beside its name. */
function inProperties(
  { patchPlace, place, resourceType }: Configured,
  key: string,
  { config, host }: ConfigFiles,
  word: string | undefined,
): Place | undefined {
  const described = resourceType === "source" ? place : patchPlace;
  if (!described) return undefined;
  const yaml = readFile(described.file, config.folder, host.files);
  const entry = yaml && entryAt(yaml, described);
  if (!yaml || !entry) return undefined;
  // What a table of a source does not say, its source may.
  const levels = resourceType === "source" ? [entry, entry.slice(0, 2)] : [entry];
  const paths = levels.flatMap((level) => [
    [...level, "config", key],
    [...level, key],
  ]);
  const path = paths.find((one) => valueAt(yaml.value, one) !== undefined);
  if (!path) return undefined;
  const value = valueAt(yaml.value, path) ?? null;
  const inner = pathTo(value, word);
  return yaml.place([...path, ...inner], inner.length > 0 && value instanceof Map ? "key" : "value");
}

function readFile(file: string, folder: string, files: Pick<Files, "readText">): YamlFile | undefined {
  try {
    return readYaml(files.readText(joinPath(folder, file)), file).value;
  } catch {
    // The file was there when it was parsed; without it the message has a place that is less exact.
    return undefined;
  }
}

/** The path of the list item whose name stands at a place. */
function entryAt(yaml: YamlFile, place: Place): (string | number)[] | undefined {
  if (!(yaml.value instanceof Map)) return undefined;
  for (const [section, list] of yaml.value) {
    if (typeof section !== "string" || !Array.isArray(list)) continue;
    for (const [index, item] of list.entries()) {
      if (yaml.place([section, index, "name"]).line === place.line) return [section, index];
      const tables = item instanceof Map ? item.get("tables") : undefined;
      if (section !== "sources" || !Array.isArray(tables)) continue;
      for (const at of tables.keys()) {
        const path = [section, index, "tables", at];
        if (yaml.place([...path, "name"]).line === place.line) return path;
      }
    }
  }
  return undefined;
}

/** The way to the member of a list or mapping that holds a word. */
function pathTo(value: Value, word: string | undefined): (string | number)[] {
  if (word === undefined) return [];
  const whole = wholeWord(word, "i");
  if (Array.isArray(value)) {
    const index = value.findIndex((item) => holds(item, whole));
    return index < 0 ? [] : [index];
  }
  if (!(value instanceof Map)) return [];
  const member = [...value].find(([key, item]) => holds(key, whole) || holds(item, whole));
  return member && typeof member[0] === "string" ? [member[0]] : [];
}

/** The deepest folder of the project's tree that sets the key. */
function inProject(
  { resourceType, fqn }: Configured,
  key: string,
  { config }: ConfigFiles,
  word: string | undefined,
): Place | undefined {
  const name = treeOfType(resourceType);
  let tree: ConfigTree | undefined = config.project.trees[name];
  let found: { readonly path: readonly string[]; readonly value: Value } | undefined;
  const path: string[] = [name];
  for (const step of [...fqn, undefined]) {
    const value = tree.configs.get(key);
    if (value !== undefined) found = { path: [...path], value };
    const below: ConfigTree | undefined = step === undefined ? undefined : tree.children.get(step);
    if (!below || step === undefined) break;
    tree = below;
    path.push(step);
  }
  if (!found) return undefined;
  const parent = config.project.place(found.path);
  const marked = config.project.place([...found.path, `+${key}`]);
  const unmarked = marked.line === parent.line && marked.column === parent.column;
  return config.project.place([...found.path, unmarked ? key : `+${key}`, ...pathTo(found.value, word)]);
}
