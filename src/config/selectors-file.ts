// Reads selectors.yml: names, descriptions and definitions with their places. What a definition means is understood by
// `select`. Facts from dbt-core 1.11, config/selectors.py.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { SelectorDefinition, YamlFile } from "./config.ts";
import { joinPath } from "./file-paths.ts";
import type { Path, ValueRenderer } from "./render-values.ts";
import { kindWords, showValue } from "./value-words.ts";
import { readYaml } from "./yaml.ts";

const SELECTORS_FILE = "selectors.yml";

/**
 * @param diagnostics gets "selectors-invalid" and "yaml-syntax" errors
 * @returns the selectors by name, in the order of the file; none without the file
 */
export function readSelectors(
  files: Files,
  projectFolder: string,
  renderer: ValueRenderer,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, SelectorDefinition> {
  const path = joinPath(projectFolder, SELECTORS_FILE);
  if (!files.stat(path)) return new Map();
  const read = readYaml(files.readText(path), SELECTORS_FILE);
  diagnostics.push(...read.diagnostics);
  if (!read.value || read.value.value === null) return new Map();
  const rendered = renderer.render(read.value, read.value.value, [], diagnostics);
  return new SelectorsReader(read.value, diagnostics).read(rendered);
}

class SelectorsReader {
  private readonly found = new Map<string, SelectorDefinition>();

  constructor(
    private readonly yaml: YamlFile,
    private readonly diagnostics: Diagnostic[],
  ) {}

  read(value: Value): ReadonlyMap<string, SelectorDefinition> {
    const list = value instanceof Map ? (value.get("selectors") ?? null) : null;
    if (Array.isArray(list)) for (const [i, entry] of list.entries()) this.entry(entry, i);
    else {
      const help = "write selectors: and below it - name: ... with definition: ...";
      this.fail(`${SELECTORS_FILE} must hold a list under "selectors"`, ["selectors"], help);
    }
    return this.found;
  }

  private entry(entry: Value, i: number): void {
    const at = ["selectors", i];
    if (!(entry instanceof Map)) {
      this.fail(`selector ${i + 1} must be a mapping with name and definition, not ${kindWords(entry)}`, at);
      return;
    }
    const name = entry.get("name");
    const definition = entry.get("definition") ?? null;
    if (typeof name !== "string") this.fail(`selector ${i + 1} has no "name"`, at);
    else if (definition === null) this.fail(`selector "${name}" has no "definition"`, at);
    else this.add(name, definition, entry, at);
  }

  private add(name: string, definition: Value, entry: Dict, at: Path): void {
    const isDefault = entry.get("default") === true;
    const other = isDefault ? [...this.found.values()].find((selector) => selector.isDefault) : undefined;
    if (other)
      this.fail(`selectors "${other.name}" and "${name}" both are the default: only one can be`, [
        ...at,
        "default",
      ]);
    const description = entry.get("description") ?? null;
    this.found.set(name, {
      name,
      description: description === null ? null : showValue(description),
      isDefault,
      definition,
      place: this.yaml.place([...at, "name"]),
      placeOf: (path, part) => this.yaml.place([...at, "definition", ...path], part),
    });
  }

  private fail(message: string, at: Path, help?: string): void {
    this.diagnostics.push(errorAt("selectors-invalid", message, this.yaml.place(at), { help }));
  }
}
