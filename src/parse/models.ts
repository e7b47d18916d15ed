// Models: one a file, or one a version of a model that its properties list. Facts from dbt-core 1.11, parser/models.py and
// parser/schemas.py.

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Column, Model, NodeBase } from "../manifest/node.ts";
import type { SourceFile } from "../project/project.ts";
import { contractChecksum } from "./checksums.ts";
import { readConstraints } from "./columns.ts";
import {
  checksumOf,
  entryConfigs,
  fqnOf,
  makeNode,
  type NodeMaker,
  stemOf,
  templateOf,
} from "./node-parts.ts";
import type { Entry } from "./properties.ts";
import { movedToConfig } from "./property-keys.ts";
import { pythonCalls } from "./python-model.ts";
import { asDict, asList, asText, asVersion } from "./value-shapes.ts";
import { inheritedColumns } from "./version-columns.ts";
import { versionConfig } from "./version-config.ts";

/** A version of an entry's `versions` list. */
interface Version {
  readonly v: string | number;
  readonly values: Dict;
  readonly index: number;
}

interface Described {
  readonly entry: Entry;
  readonly version: Version | undefined;
}

/** Adds all models of a package. */
export function addModels(files: readonly SourceFile[], maker: NodeMaker): void {
  const { session } = maker;
  const models = files.filter((file) => file.kind === "model");
  const stems = new Set(models.map((file) => stemOf(file.relative)));
  const own = new Set(files);
  const entries = session.properties.of("models").filter(({ file }) => own.has(file));
  const versioned = versionsByFile(
    entries.filter(({ keys }) => keys.includes("versions")),
    stems,
    session.diagnostics,
  );
  for (const file of models) {
    const stem = stemOf(file.relative);
    const described =
      versioned.get(`${file.packageName}\0${stem}`) ??
      plain(session.properties.named("models", file.packageName, stem)[0]);
    session.units.run(`model\0${file.path}`, [file, ...(described ? [described.entry.file] : [])], () => {
      const model = makeModel(file, stem, described, maker);
      if (model) session.add(model);
    });
  }
}

function plain(entry: Entry | undefined): Described | undefined {
  const isVersioned = entry?.keys.includes("versions") && Array.isArray(entry.values.get("versions"));
  return entry && !isVersioned ? { entry, version: undefined } : undefined;
}

/** Which file holds which version: `defined_in`, else name_v<version>; the latest may stand in a file without a suffix. */
function versionsByFile(
  entries: readonly Entry[],
  stems: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): Map<string, Described> {
  const found = new Map<string, Described>();
  for (const entry of entries) {
    const versions = versionsOf(entry, diagnostics);
    const latest = latestOf(entry);
    for (const version of versions) {
      const file = asText(version.values.get("defined_in")) ?? `${entry.name}_v${version.v}`;
      const stem = [file, ...(version.v === latest ? [entry.name] : [])].find((one) => stems.has(one));
      if (stem !== undefined) found.set(`${entry.file.packageName}\0${stem}`, { entry, version });
      else diagnostics.push(missingVersion(entry, version, file));
    }
  }
  return found;
}

function checkDate(
  date: string,
  entry: Entry,
  level: readonly (string | number)[],
  diagnostics: Diagnostic[],
): void {
  if (/^\d{4}-?\d\d-?\d\d/.test(date)) return;
  const message = `the deprecation_date of model "${entry.name}" is not a date: ${date}`;
  const place = entry.place([...level, "deprecation_date"]);
  diagnostics.push(errorAt("properties-invalid", message, place, { help: "write it as 2026-12-31" }));
}

function refuseLatest(entry: Entry, diagnostics: Diagnostic[]): void {
  const latest = asVersion(entry.values.get("latest_version"));
  if (latest === null) return;
  const message = `model "${entry.name}" has the latest_version ${latest}, but no versions`;
  const help = `add versions: with - v: ${latest}, or remove it`;
  diagnostics.push(errorAt("version-invalid", message, entry.place(["latest_version"]), { help }));
}

function missingVersion(entry: Entry, version: Version, file: string): Diagnostic {
  const place = entry.place(["versions", version.index]);
  return warningAt(
    "properties-unmatched",
    `version ${version.v} of model "${entry.name}" is described, but ${file}.sql does not exist`,
    place,
    { help: `write ${file}.sql, or name the file: defined_in: ...` },
  );
}

function versionsOf(entry: Entry, diagnostics: Diagnostic[]): Version[] {
  const list = entry.values.get("versions");
  if (!Array.isArray(list)) return [];
  const seen = new Set<string>();
  const versions: Version[] = [];
  for (const [index, values] of list.entries()) {
    const v = values instanceof Map ? asVersion(values.get("v")) : null;
    const place = entry.place(["versions", index]);
    if (!(values instanceof Map) || v === null)
      diagnostics.push(
        errorAt("version-invalid", `a version of model "${entry.name}" has no "v"`, place, {
          help: "write - v: 1",
        }),
      );
    else if (seen.has(String(v)))
      diagnostics.push(errorAt("version-invalid", `model "${entry.name}" has two versions ${v}`, place));
    else {
      seen.add(String(v));
      versions.push({ v, values, index });
    }
  }
  const latest = asVersion(entry.values.get("latest_version"));
  if (latest !== null && !versions.some(({ v }) => v === latest)) {
    diagnostics.push(
      errorAt(
        "version-invalid",
        `latest_version ${latest} of model "${entry.name}" is none of its versions ${versions.map(({ v }) => v).join(", ")}`,
        entry.place(["latest_version"]),
      ),
    );
  }
  return versions;
}

/** The model of a file. @param described its properties; undefined: it has none. @returns undefined when its template is broken */
export function makeModel(
  file: SourceFile,
  stem: string,
  described: Described | undefined,
  maker: NodeMaker,
): Model | undefined {
  const { session, descriptions } = maker;
  const text = session.textOf(file);
  const { entry, version } = described ?? {};
  const name = version && entry ? entry.name : stem;
  const own = version?.values;
  const python = /\.py$/i.test(file.relative);
  const fqn = version
    ? [...fqnOf(file.packageName, file.relative, name), `v${version.v}`]
    : fqnOf(file.packageName, file.relative, name);
  const configs = entry ? configsOf(entry, own) : [];
  const columns = entry ? versionColumns(entry, version, maker) : undefined;
  const description =
    own?.has("description") && entry && version
      ? descriptions.of(own.get("description"), entry, ["versions", version.index, "description"])
      : undefined;
  const draft = {
    type: "model" as const,
    kind: "model" as const,
    tree: "models" as const,
    id: `model.${file.packageName}.${name}${version ? `.v${version.v}` : ""}`,
    name,
    file,
    path: file.relative,
    fqn,
    source: templateOf(file, text),
    checksum: checksumOf(text),
    entry,
    configs,
    version: version?.v ?? null,
    ...(columns ? { columns } : {}),
    ...(description === undefined ? {} : { description }),
    ...(python
      ? { language: "python" as const, presets: new Map<Value, Value>([["materialized", "table"]]) }
      : {}),
  };
  const made = makeNode(draft, maker, python ? pythonCalls(draft.source, session.diagnostics) : undefined);
  return made ? finishModel(made.base, described, maker) : undefined;
}

/** What properties say of a model's configs. @param own of a version's entry */
function configsOf(entry: Entry, own: Dict | undefined): Dict[] {
  const levels = entryConfigs(entry.values, movedToConfig);
  if (!own) return levels;
  const model: Dict = new Map(levels.flatMap((level) => [...level]));
  return [versionConfig(model, asDict(own.get("config")))];
}

function finishModel(base: NodeBase, described: Described | undefined, { session }: NodeMaker): Model {
  const { entry, version } = described ?? {};
  const own = version?.values;
  const pick = (key: string): Value | undefined => own?.get(key) ?? entry?.values.get(key);
  const path =
    version && own?.has("constraints") ? ["versions", version.index, "constraints"] : ["constraints"];
  const constraints = entry ? readConstraints(pick("constraints"), entry, path, session.diagnostics) : [];
  const latest = version && entry ? latestOf(entry) : null;
  if (entry && !version) refuseLatest(entry, session.diagnostics);
  const deprecated = dateText(pick("deprecation_date"));
  const level = own?.has("deprecation_date") && version ? ["versions", version.index] : [];
  if (deprecated !== null && entry) checkDate(deprecated, entry, level, session.diagnostics);
  const columns = [...base.columns.values()];
  const targets = [...constraints, ...columns.flatMap((column) => column.constraints)].flatMap(
    ({ target }) => target ?? [],
  );
  const model: Model = {
    ...base,
    refs: [...base.refs, ...targets.filter((call) => "name" in call)],
    sources: [...base.sources, ...targets.filter((call) => "source" in call)],
    resourceType: "model",
    access: accessOf(base.config),
    group: asText(base.config.get("group")) ?? null,
    version: version?.v ?? null,
    latestVersion: latest,
    deprecationDate: deprecated,
    constraints,
    contract: contractOf(base.config, base.columns, constraints),
    timeSpine: entry?.values.get("time_spine") ?? null,
    primaryKey: [],
  };
  if (model.contract.enforced && entry) checkContract(model, entry, session.diagnostics);
  return model;
}

/** Columns of a version: those of the entry that it includes, then its own, which replace those of the same name. */
function versionColumns(
  entry: Entry,
  version: Version | undefined,
  { descriptions }: NodeMaker,
): ReadonlyMap<string, Column> {
  const all = descriptions.columns(entry.values.get("columns"), entry, ["columns"]);
  const list = version?.values.get("columns");
  if (!version || list === undefined) return all;
  const isInherited = inheritedColumns(version.values);
  const columns = new Map([...all].filter(([name]) => isInherited(name)));
  const own = descriptions.columns(list, entry, ["versions", version.index, "columns"]);
  for (const [name, column] of own) columns.set(name, column);
  return columns;
}

function latestOf(entry: Entry): string | number | null {
  const versions = asList(entry.values.get("versions")).flatMap((one) =>
    one instanceof Map ? (asVersion(one.get("v")) ?? []) : [],
  );
  return asVersion(entry.values.get("latest_version")) ?? highest(versions);
}

function highest(versions: readonly (string | number)[]): string | number | null {
  const numeric = versions.every((v) => !Number.isNaN(Number(v)));
  const sorted = [...versions].sort((a, b) =>
    numeric ? Number(a) - Number(b) : String(a) < String(b) ? -1 : 1,
  );
  return sorted.at(-1) ?? null;
}

function accessOf(config: Dict): Model["access"] {
  const access = config.get("access");
  return access === "private" || access === "public" ? access : "protected";
}

function contractOf(
  config: Dict,
  columns: ReadonlyMap<string, Column>,
  constraints: Model["constraints"],
): Model["contract"] {
  const contract = asDict(config.get("contract"));
  const enforced = contract.get("enforced") === true;
  const materialized = asText(config.get("materialized")) ?? "";
  return {
    enforced,
    aliasTypes: contract.get("alias_types") !== false,
    checksum: enforced ? contractChecksum(columns, constraints, materialized) : null,
  };
}

/** dbt: an enforced contract needs columns; one without data_type ends its model only. Ephemeral models are not held to any. */
function checkContract(model: Model, entry: Entry, diagnostics: Diagnostic[]): void {
  const materialized = asText(model.config.get("materialized")) ?? "";
  const refuse = (message: string, place = entry.place(), help?: string): void => {
    diagnostics.push(errorAt("contract-invalid", message, place, { help }));
  };
  if (materialized === "ephemeral") {
    const message = `nothing checks the contract of model "${model.name}": an ephemeral model makes no relation`;
    diagnostics.push(warningAt("contract-invalid", message, entry.place()));
  }
  if (materialized === "incremental") {
    const change = asText(model.config.get("on_schema_change")) ?? "ignore";
    if (change !== "append_new_columns" && change !== "fail") {
      refuse(
        `the incremental model "${model.name}" has a contract, so its on_schema_change cannot be "${change}"`,
        undefined,
        "write on_schema_change: append_new_columns or fail",
      );
    }
  }
  if (model.columns.size === 0)
    refuse(
      `model "${model.name}" has a contract, but no columns are listed`,
      undefined,
      "list all columns with name and data_type",
    );
  for (const column of model.columns.values()) {
    if (column.dataType !== null || materialized === "ephemeral") continue;
    const message = `model "${model.name}" has a contract, but its column "${column.name}" has no data_type, so it will fail when it runs`;
    const help = "add data_type: ... below the name";
    diagnostics.push(warningAt("contract-invalid", message, column.place, { help }));
  }
}

/** A date or moment of YAML as ISO text with a time zone, as dbt writes deprecation dates. */
function dateText(value: Value | undefined): string | null {
  const text =
    value === undefined || value === null
      ? undefined
      : (asText(value) ?? String((value as { toText?: () => string }).toText?.() ?? ""));
  if (text === undefined || text === "") return null;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00+00:00` : text.replace(" ", "T");
}
