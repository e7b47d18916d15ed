// Reads properties files (schema.yml and its kin): every entry of every list, rendered, with its place. What an entry
// means is the business of the parts that take it; unknown keys are told here, once, with the nearest known one.

import type { Adapter } from "../adapter/adapter.ts";
import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { addTo } from "../base/groups.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import type { YamlFile } from "../config/config.ts";
import { ownKeys } from "../config/key-aliases.ts";
import { kindWords, showValue } from "../config/value-words.ts";
import { readYaml } from "../config/yaml.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { SourceFile } from "../project/project.ts";
import { type CheckedFile, checkKeys, type StrayKey, warnOfStrays } from "./property-checks.ts";
import { otherTopKeys, type Section, sections } from "./property-keys.ts";

/** One item of a list of a properties file. */
export interface Entry {
  readonly section: Section;
  readonly file: SourceFile;
  /** How many entries stand before it in its file. */
  readonly position: number;
  readonly name: string;
  /** The keys of `values`. */
  readonly keys: readonly Value[];
  /** As written, before Jinja. */
  readonly written: Dict;
  /** With templates rendered where dbt renders them. */
  readonly values: Dict;
  /** Place of something in the entry; of the name without a path. */
  place(path?: readonly (string | number)[], at?: "key" | "value"): Place;
}

/** Renders the templates in an entry's values. `keep` says which paths stay as they are. */
export type RenderEntry = (
  file: SourceFile,
  yaml: YamlFile,
  value: Value,
  path: readonly (string | number)[],
  keep: (path: readonly (string | number)[]) => boolean,
) => Value;

/** Tells an entry from all others; the same as long as its file does not change. */
export function entryKey({ section, file, position }: Entry): string {
  return `${section}\0${file.path}\0${position}`;
}

/** The files that hold some entries, each once, in their order. */
export function filesOf(entries: readonly Entry[]): readonly SourceFile[] {
  return [...new Set(entries.map(({ file }) => file))];
}

export class Properties {
  private readonly entries = new Map<Section, Entry[]>();
  private readonly byName = new Map<string, Entry[]>();

  add(entry: Entry): void {
    addTo(this.entries, entry.section, entry);
    addTo(this.byName, `${entry.section}\0${entry.file.packageName}\0${entry.name}`, entry);
  }

  /** All entries of a list, in the order of the files. */
  of(section: Section): readonly Entry[] {
    return this.entries.get(section) ?? [];
  }

  /** Entries with a name; more than one is a mistake of the user. */
  named(section: Section, packageName: string, name: string): readonly Entry[] {
    return this.byName.get(`${section}\0${packageName}\0${name}`) ?? [];
  }
}

/** What a file that cannot be read seems to describe, so that nothing is said of what refers to it. */
export function namesInText(text: string): string[] {
  return [...text.matchAll(/\bname:\s*["']?([\w.-]+)/g)].map((match) => match[1] as string);
}

/**
 * Reads one file.
 * @param text the file's text
 * @returns its entries in their order; undefined for a file that cannot be read
 */
export function readProperties(
  file: SourceFile,
  text: string,
  render: RenderEntry,
  { configKeys, keyAliases }: Pick<Adapter, "configKeys" | "keyAliases">,
  diagnostics: Diagnostic[],
): readonly Entry[] | undefined {
  // dbt strips files: a block text that ends the file ends without its line break.
  const { value: yaml, diagnostics: found } = readYaml(text.trimEnd(), file.file);
  diagnostics.push(...found);
  if (!yaml) return undefined;
  if (yaml.value === null) return [];
  if (!(yaml.value instanceof Map)) {
    const message = `a properties file holds lists such as models:, not ${kindWords(yaml.value)}`;
    diagnostics.push(errorAt("properties-invalid", message, yaml.place([])));
    return [];
  }
  // A block text is a template, too, which loses its last line break.
  const templates = /\{[{%#]|[|>][-+\d]*[ \t]*(?:#.*)?\r?$/m.test(text);
  const strays: StrayKey[] = [];
  const reading: Reading = {
    file,
    yaml,
    render: templates ? render : undefined,
    adapterKeys: configKeys,
    keyAliases,
    strays,
    diagnostics,
  };
  const entries: Entry[] = [];
  for (const [key, list] of yaml.value) {
    const section = sections.find((one) => one === key);
    if (section) readSection(section, list, reading, entries);
    else warnTopKey(key, reading);
  }
  const stray = warnOfStrays(strays);
  if (stray) diagnostics.push(stray);
  return entries;
}

interface Reading extends CheckedFile {
  readonly file: SourceFile;
  /** Undefined when the file holds no template. */
  readonly render: RenderEntry | undefined;
  readonly keyAliases: Adapter["keyAliases"];
}

function warnTopKey(key: Value, { yaml, diagnostics }: Reading): void {
  const name = showValue(key);
  // A key like that holds anchors by custom, as in the files of Docker Compose.
  if (otherTopKeys.includes(name) || name.startsWith("x-")) return;
  const near = name === "tests" ? 'did you mean "data_tests"?' : didYouMean(name, sections);
  diagnostics.push(
    warningAt(
      "properties-key",
      `"${name}" is not a list that a properties file knows, so everything below it is ignored`,
      yaml.place([name], "key"),
      { help: near ?? `lists: ${sections.join(", ")}; YAML anchors go under anchors:` },
    ),
  );
}

/** Reads the entries of one list. @param entries gets them behind those of the lists before */
function readSection(section: Section, list: Value, reading: Reading, entries: Entry[]): void {
  const { yaml, diagnostics } = reading;
  if (!Array.isArray(list)) {
    const message = `"${section}" must be a list, not ${kindWords(list)}`;
    const help = "begin each entry with a dash: - name: ...";
    diagnostics.push(errorAt("properties-invalid", message, yaml.place([section], "key"), { help }));
    return;
  }
  for (const [index, written] of list.entries()) {
    const entry = readEntry(section, written, index, entries.length, reading);
    if (entry) entries.push(entry);
  }
}

/**
 * @param index of the entry in its list; @param position among all entries of the file
 * @returns undefined for what is no entry, which is told
 */
function readEntry(
  section: Section,
  written: Value,
  index: number,
  position: number,
  reading: Reading,
): Entry | undefined {
  const { file, yaml, render, keyAliases, diagnostics } = reading;
  const path = [section, index];
  if (!(written instanceof Map)) {
    const message = `each entry of "${section}" is a set of keys, not ${kindWords(written)}`;
    const help = "write - name: ...";
    diagnostics.push(errorAt("properties-invalid", message, yaml.place(path), { help }));
    return undefined;
  }
  const isAliased = section === "sources" && keyAliases !== undefined;
  const item = isAliased ? ownKeys(written, keyAliases, true) : written;
  const name = item.get("name") ?? null;
  if (name === null || name === "" || name instanceof Map || Array.isArray(name)) {
    diagnostics.push(nameless(section, item, yaml.place(path)));
    return undefined;
  }
  checkKeys(section, item, path, reading);
  const values = render ? render(file, yaml, item, path, (at) => isKept(section, at.slice(2))) : item;
  if (!(values instanceof Map)) return undefined;
  return {
    section,
    file,
    position,
    name: String(values.get("name") ?? name),
    keys: [...values.keys()],
    written,
    values,
    place: (below = ["name"], at = "value") => yaml.place([...path, ...below], at),
  };
}

/** Sections whose entries describe what is there by its name, and groups, which are there for those that name them. */
const NAMED: readonly Section[] = ["models", "seeds", "snapshots", "analyses", "macros", "groups"];

function nameless(section: Section, item: Dict, place: Place): Diagnostic {
  const near = [...item.keys()]
    .map((key) => showValue(key))
    .find((key) => nearest(key, ["name"]) !== undefined);
  // Tests were once listed here by their macros, which dbt ignores with a warning; an empty name it takes for one that
  // nothing has.
  const isIgnored = section === "data_tests" || (item.get("name") === "" && NAMED.includes(section));
  const tell = isIgnored ? warningAt : errorAt;
  return tell("properties-invalid", `an entry of "${section}" has no name`, place, {
    help: near ? `"${near}" looks like "name"` : "write - name: ...",
  });
}

/** Paths that dbt renders later or never: descriptions, tests, late queries, filters (parser/schema_renderer.py). */
function isKept(section: Section, path: readonly (string | number)[]): boolean {
  const below = section === "sources" && path[0] === "tables" ? path.slice(2) : path;
  const [first, second, third] = below;
  if (section === "metrics" && path.includes("filter")) return true;
  if (section === "saved_queries" && first === "query_params" && second === "where") return true;
  if (section === "exposures" && first === "depends_on") return true;
  if (section === "snapshots" && first === "relation") return true;
  if (["tests", "data_tests", "description", "loaded_at_query"].includes(String(first))) return true;
  if (
    first === "config" &&
    ["pre_hook", "post_hook", "pre-hook", "post-hook", "loaded_at_query"].includes(String(second))
  )
    return true;
  if (section === "macros" && first === "arguments") return third === "description";
  if (["columns", "dimensions", "measures", "entities"].includes(String(first)))
    return ["tests", "data_tests", "description"].includes(String(third));
  return (
    first === "versions" &&
    (path.at(-1) === "description" || path.includes("data_tests") || path.includes("tests"))
  );
}
