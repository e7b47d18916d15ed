// What all nodes with a file have in common: paths, fqn, checksum, and how configs, properties and the template of one
// node are brought together into a NodeBase.

import { createHash } from "node:crypto";
import { makeRelation, type Relation } from "../adapter/relation.ts";
import type { Place } from "../base/diagnostic.ts";
import { checkConfig } from "../config/check-config.ts";
import type { ConfigTreeKey } from "../config/config.ts";
import type { ConfigKind } from "../config/config-keys.ts";
import { diagnose } from "../context/diagnose.ts";
import { projectQuoting } from "../context/project-quoting.ts";
import { JinjaError } from "../jinja/errors.ts";
import type { TemplateSource } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { GRAPH_SECTIONS } from "../manifest/graph-sections.ts";
import type { Checksum, Column, Docs, Language, NodeBase, ResourceType } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import type { SourceFile } from "../project/project.ts";
import { type Capture, type CaptureSubject, captureScope, captureTemplate, newCapture } from "./capture.ts";
import type { Description, Descriptions } from "./descriptions.ts";
import { addHookCalls } from "./hook-calls.ts";
import { type Namer, relationNameOf } from "./names.ts";
import type { Entry } from "./properties.ts";
import type { ParseSession } from "./session.ts";
import type { EffectReader } from "./template-effects.ts";
import { unrenderedLevels } from "./unrendered-call.ts";
import { asDict, asList, asText, textList } from "./value-shapes.ts";

/** What a node is before its template has been looked at. */
export interface NodeDraft {
  readonly type: ResourceType;
  readonly kind: ConfigKind;
  readonly tree: ConfigTreeKey;
  readonly id: string;
  readonly name: string;
  readonly file: SourceFile;
  readonly path: string;
  readonly fqn: readonly string[];
  /** Template; its text is the raw code. */
  readonly source: TemplateSource;
  /** See `unrenderedLevels`. */
  readonly isRead?: boolean;
  readonly checksum: Checksum;
  /** Properties that describe it. */
  readonly entry: Entry | undefined;
  /** Configs of properties, general first (the entry's, its version's). */
  readonly configs: readonly Dict[];
  readonly version?: string | number | null;
  readonly columns?: ReadonlyMap<string, Column>;
  readonly description?: Description;
  readonly language?: Language;
  /** Config of the resource type itself, weaker than everything written. */
  readonly presets?: Dict;
  /** Tags that it has before those of its config: what a hook is, what a test's properties say. */
  readonly tags?: readonly string[];
}

/** Everything that parts of parsing need to make nodes. */
export interface NodeMaker {
  readonly session: ParseSession;
  readonly namer: Namer;
  readonly descriptions: Descriptions;
  /** Renders a value of a properties file that dbt renders late; mistakes are told at the path. */
  readonly renderText: (value: Value, entry: Entry, path: readonly (string | number)[]) => Value;
  /** Reads templates without rendering them; undefined where macros of the project replace ref, source or config. */
  readonly effects: EffectReader | undefined;
}

/** A node and what its template said. */
export interface MadeNode {
  readonly base: NodeBase;
  readonly capture: Capture;
}

/**
 * Makes the common part of a node: renders or reads its template, merges its configs, names it.
 * @returns undefined when the template is broken, which has been told
 */
export function makeNode(
  draft: NodeDraft,
  maker: NodeMaker,
  capture: Capture | undefined = undefined,
): MadeNode | undefined {
  const { session, namer } = maker;
  const written = draft.presets ? [draft.presets, ...draft.configs] : draft.configs;
  let known: CaptureSubject | undefined;
  const subject = (): CaptureSubject => {
    known ??= captureSubject(draft, written, maker);
    return known;
  };
  try {
    const said = capture ?? captureTemplate(subject(), maker.effects);
    const levels = said.config.size === 0 ? written : [...written, said.config];
    if (said.config.size > 0) checkConfigCall(draft, said.config, session);
    const config = session.config(draft.kind, draft.tree, draft.fqn, levels);
    addHookCalls(subject, config, said, maker, (key) => placeOfConfig(draft, config, key, session));
    const named = {
      name: draft.name,
      packageName: draft.file.packageName,
      version: draft.version ?? null,
      // dbt's macros for names see the configs of the template, too.
      value: () => draftValue(draft, config),
      scope: () => captureScope(subject(), newCapture()),
    };
    const names = namer.names(named, config);
    return {
      base: {
        ...commonParts(draft, config, said, maker, levels),
        ...names,
        relationName: relationName(draft, names, config, session),
      },
      capture: said,
    };
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    const { shared } = session;
    session.brokenNames.add(draft.name);
    // The macro's own file has been told to be broken.
    if (error.undefinedName !== undefined && session.brokenMacros.has(error.undefinedName)) return undefined;
    const scope = {
      subject: `${draft.type.replace("_", " ")} "${draft.name}"`,
      place: placeOf(draft),
      macros: shared.macros,
      packageName: draft.file.packageName,
      text: draft.source.text,
    };
    session.diagnostics.push(diagnose(error, scope));
    return undefined;
  }
}

/** Keys and values of config() in a file of the project itself. */
function checkConfigCall(draft: NodeDraft, values: Dict, session: ParseSession): void {
  if (draft.file.packageName !== session.rootName || draft.type === "test") return;
  const what = `${draft.type.replace("_", " ")} "${draft.name}"`;
  const place = (key: string, at: "key" | "value") =>
    placeOfConfig(draft, values, key, session, at === "key" ? key : undefined);
  const found = checkConfig(
    { kind: draft.kind, values, what, place, isCall: true },
    session.shared.adapter.configKeys,
  );
  session.diagnostics.push(...found);
}

/** Where a config of a draft is written; @param word as in `configPlace` */
function placeOfConfig(
  draft: NodeDraft,
  config: Dict,
  key: string,
  { shared }: ParseSession,
  word?: string,
): Place {
  const { file, text } = draft.source;
  const rawPlace = placeOf(draft);
  const node = { rawCode: text, rawPlace, fqn: draft.fqn, config, resourceType: draft.type };
  return configPlace(node, key, shared, word) ?? { file, line: rawPlace.line, column: 1 };
}

function commonParts(
  draft: NodeDraft,
  config: Dict,
  said: Capture,
  { session, descriptions }: NodeMaker,
  levels: readonly Dict[],
) {
  const { entry } = draft;
  const description =
    draft.description ??
    (entry ? descriptions.of(entry.values.get("description"), entry, ["description"]) : undefined);
  return {
    id: draft.id,
    name: draft.name,
    packageName: draft.file.packageName,
    path: draft.path,
    originalFilePath: draft.file.original,
    fqn: draft.fqn,
    place: placeOf(draft),
    description: description?.text ?? "",
    docBlocks: description?.docBlocks ?? [],
    config,
    // dbt looks for what a function was told in the configs of models (UnrenderedConfig in context_config.py).
    unrenderedConfig: session.unrenderedConfig(
      draft.tree === "functions" ? "models" : draft.tree,
      draft.fqn,
      unrenderedLevels(draft, levels, said.config.size > 0, session.shared),
    ),
    tags: tagsOf(draft, config, said, session),
    meta: asDict(config.get("meta")),
    docs: readDocs(config.get("docs")),
    columns:
      draft.columns ??
      (entry ? descriptions.columns(entry.values.get("columns"), entry, ["columns"]) : new Map()),
    patchPath: entry ? `${entry.file.packageName}://${entry.file.original}` : null,
    patchPlace: entry ? entry.place() : null,
    checksum: draft.checksum,
    rawCode: draft.source.text,
    rawPlace: placeOf(draft),
    language: draft.language ?? ("sql" as const),
    refs: said.refs,
    sources: said.sources,
    metrics: said.metrics,
    functions: said.functions,
    dependsOnNodes: [],
    dependsOnMacros: [...said.macros],
    buildPath: null,
    createdAt: session.createdAt,
  };
}

/** dbt reads properties after the template, so their tags come last here, though not in the config. */
function tagsOf(draft: NodeDraft, config: Dict, said: Capture, session: ParseSession): string[] {
  const isMixed = said.config.has("tags") && draft.configs.some((level) => level.has("tags"));
  const first = isMixed ? session.config(draft.kind, draft.tree, draft.fqn, [said.config]) : config;
  return [
    ...new Set([...(draft.tags ?? []), ...textList(first.get("tags")), ...textList(config.get("tags"))]),
  ];
}

/** Where a node's text begins. */
function placeOf({ source }: NodeDraft) {
  return { file: source.file, line: source.line ?? 1, column: source.column ?? 1 };
}

export function captureSubject(
  draft: NodeDraft,
  written: readonly Dict[],
  { session }: NodeMaker,
): CaptureSubject {
  const { shared } = session;
  let config: Dict | undefined;
  const relation: Relation = makeRelation(
    { database: shared.credentials.database, schema: shared.credentials.schema, identifier: draft.name },
    { quote: projectQuoting(shared) },
  );
  const current = (): Dict => {
    config ??= session.config(draft.kind, draft.tree, draft.fqn, written);
    return config;
  };
  return {
    shared,
    packageName: draft.file.packageName,
    id: draft.id,
    kind: draft.kind,
    source: draft.source,
    relation,
    config: current,
    model: () => draftValue(draft, current()),
    graph: () => new Map(GRAPH_SECTIONS.map((section) => [section, new Map<Value, Value>()])),
  };
}

/** `model` while parsing: what is known before the template has run. */
function draftValue(draft: NodeDraft, config: Dict): Value {
  const { file } = draft;
  return new Map<Value, Value>([
    ["name", draft.name],
    ["resource_type", draft.type],
    ["package_name", file.packageName],
    ["path", draft.path],
    ["original_file_path", file.original],
    ["unique_id", draft.id],
    ["fqn", [...draft.fqn]],
    ["alias", asText(config.get("alias")) ?? draft.name],
    ["config", config],
    ["tags", [...new Set([...(draft.tags ?? []), ...asList(config.get("tags"))])]],
    ["meta", asDict(config.get("meta"))],
    ["description", ""],
    ["columns", new Map()],
    ["raw_code", draft.source.text],
    ["language", draft.language ?? "sql"],
    ["version", draft.version ?? null],
    ["refs", []],
    ["sources", []],
    [
      "depends_on",
      new Map<Value, Value>([
        ["macros", []],
        ["nodes", []],
      ]),
    ],
  ]);
}

/** @param value of the key `docs` */
export function readDocs(value: Value | undefined): Docs {
  const docs = asDict(value);
  return { show: docs.get("show") !== false, nodeColor: asText(docs.get("node_color")) ?? null };
}

function relationName(
  draft: NodeDraft,
  names: { database: string | null; schema: string; alias: string },
  config: Dict,
  session: ParseSession,
): string | null {
  const { shared } = session;
  switch (draft.type) {
    case "model":
      if (config.get("materialized") === "ephemeral") return null;
      break;
    case "test":
      if (!(config.get("store_failures") ?? shared.config.flags.get("store_failures"))) return null;
      break;
    case "seed":
    case "snapshot":
      break;
    default:
      return null;
  }
  return relationNameOf(shared, {
    database: names.database,
    schema: names.schema,
    identifier: names.alias,
  });
}

/** Name of a file without its endings (".sql.jinja" counts as one). */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.jinja$/i, "").replace(/\.[^.]*$/, "");
}

/** package, folders, name. */
export function fqnOf(packageName: string, relative: string, name: string): string[] {
  return [packageName, ...relative.split("/").slice(0, -1), name];
}

/** dbt's checksum of a file: of its text without the white space around it. */
export function checksumOf(text: string): Checksum {
  return { name: "sha256", checksum: createHash("sha256").update(text.trim()).digest("hex") };
}

/** A file's text as a template: without the white space around it, its first character's line kept. */
export function templateOf(file: SourceFile, text: string): TemplateSource {
  const lead = /^\s*/.exec(text)?.[0] ?? "";
  const line = lead.split("\n").length;
  const column = lead.length - (lead.lastIndexOf("\n") + 1) + 1;
  return { file: file.file, text: text.trim(), line, column };
}

/** Configs of an entry: those that dbt moves there by itself, then `config:`. */
export function entryConfigs(values: Dict, moved: readonly string[]): Dict[] {
  const own: Dict = new Map();
  for (const key of moved) {
    const value = values.get(key);
    if (value !== undefined && value !== null) own.set(key, value);
  }
  const config = asDict(values.get("config"));
  return own.size === 0 ? [config] : [own, config];
}
