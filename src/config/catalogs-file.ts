// Reads catalogs.yml: catalogs with the write integration of each that is active. Which types there are and what they
// take, the adapter knows. Facts from dbt-core 1.11, config/catalogs.py.

import type {
  CatalogIntegration,
  CatalogSupport,
  Catalogs,
  CatalogType,
} from "../adapter/catalog-integration.ts";
import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Value } from "../jinja/value.ts";
import type { YamlFile } from "./config.ts";
import { joinPath } from "./file-paths.ts";
import { MappingReader } from "./mapping-reader.ts";
import { settingsOf } from "./profiles.ts";
import type { Path, ValueRenderer } from "./render-values.ts";
import { kindWords } from "./value-words.ts";
import { readYaml } from "./yaml.ts";

const CATALOGS_FILE = "catalogs.yml";
const CATALOG_KEYS = ["name", "active_write_integration", "write_integrations"];
const INTEGRATION_KEYS = [
  "name",
  "catalog_type",
  "table_format",
  "file_format",
  "external_volume",
  "adapter_properties",
];

/**
 * @param support what the adapter knows of catalogs; undefined: nothing, so that only the form is looked at
 * @param renderer may read secret variables, as in profiles.yml
 * @param diagnostics gets "catalogs-invalid" and "yaml-syntax" errors, and warnings for properties without effect
 * @returns the catalogs of the file and those that every project of the adapter has
 */
export function readCatalogs(
  files: Files,
  projectFolder: string,
  support: CatalogSupport | undefined,
  renderer: ValueRenderer,
  diagnostics: Diagnostic[],
): Catalogs {
  const found = new Map<string, CatalogIntegration>();
  for (const one of support?.builtIn ?? []) found.set(support?.fold(one.name) ?? one.name, one);
  const path = joinPath(projectFolder, CATALOGS_FILE);
  if (files.stat(path)?.kind !== "file") return found;
  const read = readYaml(files.readText(path), CATALOGS_FILE);
  diagnostics.push(...read.diagnostics);
  if (read.value) new CatalogsReader(read.value, support, found, diagnostics).read(renderer);
  return found;
}

class CatalogsReader {
  constructor(
    private readonly yaml: YamlFile,
    private readonly support: CatalogSupport | undefined,
    private readonly found: Map<string, CatalogIntegration>,
    private readonly diagnostics: Diagnostic[],
  ) {}

  read(renderer: ValueRenderer): void {
    const value = renderer.render(this.yaml, this.yaml.value, [], this.diagnostics);
    const list = value instanceof Map ? value.get("catalogs") : undefined;
    if (!Array.isArray(list)) {
      const help = "write catalogs: and below it - name: ... with write_integrations: ...";
      this.fail(`${CATALOGS_FILE} must hold a list under "catalogs"`, ["catalogs"], help);
      return;
    }
    for (const [i, entry] of list.entries()) this.catalog(entry, ["catalogs", i], `catalog ${i + 1}`);
  }

  private catalog(entry: Value, at: Path, what: string): void {
    const reader = this.mapping(entry, at, what, CATALOG_KEYS);
    const name = reader?.text("name");
    if (!reader) return;
    if (name === undefined) {
      this.fail(`${what} has no "name"`, at, "write name: the name that models call it by");
      return;
    }
    const folded = this.support?.fold(name) ?? name;
    if (this.found.has(folded))
      this.fail(
        `there is a catalog "${this.found.get(folded)?.name ?? name}" already`,
        [...at, "name"],
        "give it another name",
      );
    const integrations = this.integrations(reader, name, at);
    const active = this.active(reader, name, [...integrations.keys()]);
    const integration = active === undefined ? undefined : integrations.get(active);
    if (integration) this.found.set(folded, { ...integration, name });
  }

  private integrations(
    reader: MappingReader,
    catalog: string,
    at: Path,
  ): ReadonlyMap<string, CatalogIntegration> {
    const found = new Map<string, CatalogIntegration>();
    const list = reader.values.get("write_integrations") ?? null;
    if (!Array.isArray(list) || list.length === 0) {
      const help = "write write_integrations: and below it - name: ... with catalog_type: ...";
      const where = list === null ? at : [...at, "write_integrations"];
      this.fail(`catalog "${catalog}" has no list of write_integrations`, where, help);
      return found;
    }
    for (const [i, entry] of list.entries()) {
      const path = [...at, "write_integrations", i];
      const one = this.integration(entry, path, `write integration ${i + 1} of catalog "${catalog}"`);
      if (one && found.has(one.name))
        this.fail(
          `catalog "${catalog}" has two write integrations "${one.name}"`,
          [...path, "name"],
          "give each a name of its own",
        );
      if (one) found.set(one.name, one);
    }
    return found;
  }

  private integration(entry: Value, at: Path, what: string): CatalogIntegration | undefined {
    const reader = this.mapping(entry, at, what, INTEGRATION_KEYS);
    if (!reader) return undefined;
    const name = reader.text("name");
    if (name === undefined) this.fail(`${what} has no "name"`, at, "write name: ...");
    const type = this.type(reader, at, name === undefined ? what : `write integration "${name}"`);
    const properties = reader.mapping("adapter_properties");
    this.checkProperties(properties, type);
    if (name === undefined || (this.support && !type)) return undefined;
    const integration: CatalogIntegration = {
      name,
      type: type?.type ?? "",
      catalogName: name,
      tableFormat: reader.text("table_format") ?? null,
      fileFormat: reader.text("file_format") ?? null,
      externalVolume: reader.text("external_volume") ?? null,
      properties: settingsOf(properties.values),
    };
    for (const { path, message, help } of type?.check?.(integration) ?? [])
      this.fail(`write integration "${name}": ${message}`, [...at, ...path], help);
    return integration;
  }

  private type(reader: MappingReader, at: Path, what: string): CatalogType | undefined {
    const known = this.support?.types.map((one) => one.type) ?? [];
    const written = reader.text("catalog_type");
    const list = known.length === 0 ? "" : ` (${known.join(", ")})`;
    if (written === undefined) {
      this.fail(`${what} has no "catalog_type"`, at, `write catalog_type: the kind of catalog${list}`);
      return undefined;
    }
    const type = this.support?.types.find((one) => one.type.toLowerCase() === written.toLowerCase());
    if (this.support && !type)
      this.fail(
        `"${written}" is not a catalog_type of this warehouse`,
        [...at, "catalog_type"],
        didYouMean(written, known) ?? `known: ${known.join(", ")}`,
      );
    return type;
  }

  private checkProperties(properties: MappingReader, type: CatalogType | undefined): void {
    if (!type) return;
    for (const key of properties.keys()) {
      if (type.properties.includes(key)) continue;
      const help =
        didYouMean(key, type.properties) ??
        (type.properties.length === 0 ? "remove it" : `known: ${type.properties.join(", ")}`);
      const text = `"${key}" is no property of catalogs of type ${type.type}: it is ignored`;
      this.diagnostics.push(warningAt("catalogs-invalid", text, properties.place(key, "key"), { help }));
    }
  }

  /** The integration that is written to: the one that is named, or the only one. */
  private active(reader: MappingReader, catalog: string, names: readonly string[]): string | undefined {
    const active = reader.text("active_write_integration");
    if (names.length === 0) return undefined;
    if (active === undefined && names.length === 1) return names[0];
    if (active === undefined) {
      const help = `add active_write_integration: ${names[0]}`;
      this.fail(
        `catalog "${catalog}" has several write_integrations, none of which is active`,
        reader.path,
        help,
      );
    } else if (!names.includes(active)) {
      const help = didYouMean(active, names) ?? `there are: ${names.join(", ")}`;
      this.fail(
        `catalog "${catalog}" has no write integration "${active}"`,
        [...reader.path, "active_write_integration"],
        help,
      );
    }
    return active;
  }

  /** A mapping that has no keys but these; undefined, and an error, for anything else. */
  private mapping(entry: Value, at: Path, what: string, keys: readonly string[]): MappingReader | undefined {
    if (!(entry instanceof Map)) {
      this.fail(`${what} must be a mapping with name, not ${kindWords(entry)}`, at);
      return undefined;
    }
    const reader = new MappingReader(this.yaml, entry, at, "catalogs-invalid", this.diagnostics);
    for (const key of reader.keys())
      if (!keys.includes(key)) {
        const help = didYouMean(key, keys) ?? `known: ${keys.join(", ")}`;
        this.diagnostics.push(
          errorAt("catalogs-invalid", `"${key}" is not a key of ${what}`, reader.place(key, "key"), { help }),
        );
      }
    return reader;
  }

  private fail(message: string, at: Path, help?: string): void {
    this.diagnostics.push(errorAt("catalogs-invalid", message, this.yaml.place(at), { help }));
  }
}
