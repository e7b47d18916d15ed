// Writes target/manifest.json in the shape of dbt's manifest v12. The text is put together from the texts of the single
// resources, in dbt's order of sections: ten thousand models are sixty megabytes, which nobody wants twice in memory.

import { createHash } from "node:crypto";
import { customVariables } from "../config/environment-variables.ts";
import { joinPath } from "../config/file-paths.ts";
import { DBT_VERSION } from "../config/require-version.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { docToValue, groupToValue, macroToValue } from "../manifest/entry-json.ts";
import { graphSection } from "../manifest/graph-sections.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import { nodeToValue } from "../manifest/node-json.ts";
import type { Difference } from "../parse/parse-with-cache.ts";
import type { CompiledResult } from "../run/report.ts";
import { ManifestStamp } from "./manifest-stamp.ts";
import { dictText, JsonWriter } from "./manifest-text.ts";
import { selectorsValue } from "./selectors-json.ts";
import { aroundMaps, type Replacements, spliceObjects } from "./splice-manifest.ts";

export const MANIFEST_FILE = "manifest.json";

const SCHEMA = "https://schemas.getdbt.com/dbt/manifest/v12.json";

/** What a run compiled, by node. */
export type CompiledResults = ReadonlyMap<NodeId, CompiledResult>;

const nothingCompiled: CompiledResults = new Map();

/**
 * Writes manifest.json into the target folder, whole or not at all.
 * @param compiled nodes that show their compiled code; none after parsing
 * @returns its path
 */
export function writeManifest(manifest: Manifest, shared: SharedScope, compiled?: CompiledResults): string {
  const path = manifestPath(shared);
  shared.host.files.writeWhole(path, pieces());
  return path;

  function* pieces(): Iterable<string> {
    yield* metadataPieces(manifest, shared);
    yield* contentPieces(manifest, shared, compiled);
  }
}

/**
 * Writes manifest.json after parsing. What is already in the file as it should be stays.
 * @param difference how the parse stands to the one in the parse cache
 * @param compiled what was compiled meanwhile; nodes that an earlier command compiled keep their code as long as the
 *   project does not change
 */
export function writeParsedManifest(
  manifest: Manifest,
  shared: SharedScope,
  difference: Difference | undefined,
  compiled: CompiledResults = nothingCompiled,
): void {
  const path = manifestPath(shared);
  const stamp = new ManifestStamp(shared, path);
  const found = difference && stamp.kept();
  const kept = found?.cacheId === difference?.cacheId ? found : undefined;
  const isSame = kept !== undefined && kept.edits === difference?.edits;
  const codes = Object.fromEntries([...compiled].map(([id, made]) => [id, codeHash(made, manifest)]));
  const before = kept?.compiled ?? {};
  const stale = isSame ? [] : [...(difference?.changed ?? []), ...(kept?.edited ?? [])];
  const uncompiled = isSame ? [] : Object.keys(before).filter((id) => !compiled.has(id));
  const recompiled = Object.keys(codes).filter((id) => codes[id] === UNSTEADY || codes[id] !== before[id]);
  const replaced = new Set([...stale, ...uncompiled, ...recompiled]);
  const rest =
    kept &&
    (isSame && replaced.size === 0 ? [kept.rest] : splicedPieces(kept.rest, manifest, replaced, compiled));
  if (rest) shared.host.files.writeWhole(path, [...metadataPieces(manifest, shared), ...rest]);
  else writeManifest(manifest, shared, compiled);
  if (difference)
    stamp.write({
      ...difference,
      edited: [...difference.changed],
      compiled: isSame ? { ...before, ...codes } : codes,
    });
}

/** Stands for code that is written again each time. */
const UNSTEADY = "";

/** Tells the compiled code of a node from any other. */
function codeHash({ node, parts }: CompiledResult, { resources }: Manifest): string {
  // It shows what it refers to, which can change without it.
  if (node !== resources.get(node.id)) return UNSTEADY;
  return createHash("sha1").update(JSON.stringify(parts)).digest("base64");
}

/**
 * Writes manifest.json once more, with what was compiled. Nodes that an earlier command compiled keep their code as long
 * as the project does not change.
 */
export function writeCompiledManifest(
  manifest: Manifest,
  shared: SharedScope,
  compiled: CompiledResults,
): void {
  const path = manifestPath(shared);
  const stamp = new ManifestStamp(shared, path);
  const kept = stamp.kept();
  const writer = new JsonWriter();
  const texts = [...inFileOrder(manifest)].flatMap((id) => {
    const made = compiled.get(id);
    return made ? [[id, () => writer.text(nodeToValue(made.node, manifest, made.parts))] as const] : [];
  });
  const spliced = kept && spliceObjects(kept.rest, texts);
  if (!spliced) {
    writeManifest(manifest, shared, compiled);
    return;
  }
  shared.host.files.writeWhole(path, [...metadataPieces(manifest, shared), ...spliced]);
  const codes = Object.fromEntries([...compiled].map(([id, made]) => [id, codeHash(made, manifest)]));
  stamp.write({ ...kept, compiled: { ...kept.compiled, ...codes } });
}

/** manifest.json without its metadata, some resources and all that leads from one to another as they are now. */
function splicedPieces(
  rest: Buffer,
  manifest: Manifest,
  replaced: ReadonlySet<NodeId>,
  compiled: CompiledResults,
): (Uint8Array | string)[] | undefined {
  const parts = aroundMaps(rest);
  if (!parts) return undefined;
  const writer = new JsonWriter();
  const texts = (sections: readonly string[]): Replacements =>
    [...inFileOrder(manifest, sections)]
      .filter((id) => replaced.has(id))
      .map((id) => {
        const made = compiled.get(id);
        const resource = made?.node ?? (manifest.resources.get(id) as Resource);
        return [id, () => writer.text(nodeToValue(resource, manifest, made?.parts))];
      });
  const before = spliceObjects(parts[0], texts(SECTIONS_BEFORE_MAPS));
  const after = spliceObjects(parts[1], texts(SECTIONS_AFTER_MAPS));
  return before && after && [...before, ...mapPieces(manifest, writer), ...after];
}

function manifestPath({ config }: SharedScope): string {
  return joinPath(config.targetFolder, MANIFEST_FILE);
}

/** The text of manifest.json. */
export function manifestText(manifest: Manifest, shared: SharedScope, compiled?: CompiledResults): string {
  return [...metadataPieces(manifest, shared), ...contentPieces(manifest, shared, compiled)].join("");
}

/** How the file begins: what is of this invocation alone. */
function metadataPieces(manifest: Manifest, shared: SharedScope): string[] {
  return ['{"metadata": ', dictText(metadata(manifest, shared))];
}

/** All the rest, in pieces: each is made when it is asked for. */
function* contentPieces(
  manifest: Manifest,
  shared: SharedScope,
  compiled: CompiledResults = nothingCompiled,
): Iterable<string> {
  const writer = new JsonWriter();
  const text = (value: Value | ReadonlyMap<Value, Value>): string => writer.text(value);
  const node = (resource: Resource): Dict => {
    const made = compiled.get(resource.id);
    return nodeToValue(made?.node ?? resource, manifest, made?.parts);
  };
  const section = (name: string) =>
    sectionPieces(name, resourcesOf(manifest, name), (one) => text(node(one)));
  const idle = idleTests(manifest);
  yield* sectionPieces("nodes", [...resourcesOf(manifest, "nodes"), ...idle], (one) => text(node(one)));
  yield* section("sources");
  yield* sectionPieces("macros", manifest.macros, (macro) => text(macroToValue(macro)));
  yield* sectionPieces("docs", manifest.docs, (doc) => text(docToValue(doc)));
  yield* section("exposures");
  yield* section("metrics");
  yield* sectionPieces("groups", manifest.groups, (group) => text(groupToValue(group)));
  yield `, "selectors": ${text(selectorsValue(shared.config.selectors))}`;
  const disabled = [...manifest.disabled].filter(([id]) => !idle.has(id));
  yield* sectionPieces("disabled", disabled, (list) => text(list.map((one) => nodeToValue(one, manifest))));
  yield* mapPieces(manifest, writer);
  for (const name of SECTIONS_AFTER_MAPS) yield* section(name);
  yield "}";
}

/** Sections of resources, in dbt's order. */
const SECTIONS_BEFORE_MAPS = ["nodes", "sources", "exposures", "metrics"];
const SECTIONS_AFTER_MAPS = ["saved_queries", "semantic_models", "unit_tests", "functions"];

function* inFileOrder(
  manifest: Manifest,
  sections: readonly string[] = [...SECTIONS_BEFORE_MAPS, ...SECTIONS_AFTER_MAPS],
): Iterable<NodeId> {
  for (const name of sections) for (const [id] of resourcesOf(manifest, name)) yield id;
}

function* mapPieces(manifest: Manifest, writer: JsonWriter): Iterable<string> {
  const { parents, children } = withIdle(manifest);
  const list = (ids: readonly NodeId[]): string => `[${ids.map((id) => JSON.stringify(id)).join(", ")}]`;
  for (const [name, map] of [
    ["parent_map", parents],
    ["child_map", children],
  ] as const)
    yield [...sectionPieces(name, map, list)].join("");
  yield `, "group_map": ${writer.text(groupMap(manifest))}`;
}

/** The edges of the manifest with those of the disabled tests among its nodes. */
function withIdle(manifest: Manifest): Pick<Manifest, "parents" | "children"> {
  const parents = new Map(manifest.parents);
  const children = new Map(manifest.children);
  for (const [id, test] of idleTests(manifest)) {
    const read = "dependsOnNodes" in test ? test.dependsOnNodes.filter((one) => children.has(one)) : [];
    parents.set(id, read);
    children.set(id, []);
    for (const one of read) children.set(one, [...(children.get(one) ?? []), id].sort());
  }
  return { parents, children };
}

/** Disabled tests that dbt keeps among the nodes: those that lack what they test. */
function idleTests({ disabled }: Manifest): ReadonlyMap<NodeId, Resource> {
  const idle = new Map<NodeId, Resource>();
  for (const [id, list] of disabled) {
    const test = list.find((one) => one.resourceType === "test" && one.lacksTarget);
    if (test && list.length === 1) idle.set(id, test);
  }
  return idle;
}

function* sectionPieces<T>(
  name: string,
  entries: Iterable<readonly [string, T]>,
  text: (value: T) => string,
): Iterable<string> {
  let before = `, "${name}": {`;
  for (const [id, value] of entries) {
    yield `${before}${JSON.stringify(id)}: ${text(value)}`;
    before = ", ";
  }
  yield before === ", " ? "}" : `${before}}`;
}

/** The resources of a section, in the order of parsing. */
function* resourcesOf({ resources }: Manifest, section: string): Iterable<readonly [NodeId, Resource]> {
  for (const entry of resources) if (graphSection(entry[1]) === section) yield entry;
}

/** Names of groups to the ids of their members. */
function groupMap(manifest: Manifest): Dict {
  const members: Dict = new Map();
  for (const { name } of manifest.groups.values()) members.set(name, []);
  for (const resource of manifest.resources.values()) {
    const list = "group" in resource && resource.group !== null ? members.get(resource.group) : undefined;
    if (Array.isArray(list)) list.push(resource.id);
  }
  return members;
}

function metadata(manifest: Manifest, { config, adapter, host, invocation }: SharedScope): Dict {
  const startedAt = invocation.startedAt.toISOString();
  const quoting = { ...adapter.defaultQuoting, ...config.project.quoting };
  return new Map<Value, Value>([
    ["dbt_schema_version", SCHEMA],
    ["dbt_version", DBT_VERSION],
    ["generated_at", host.now().toISOString()],
    ["invocation_id", invocation.id],
    ["invocation_started_at", startedAt],
    ["env", new Map<Value, Value>(customVariables(config.env))],
    ["project_name", manifest.projectName],
    ["project_id", createHash("md5").update(manifest.projectName).digest("hex")],
    ["user_id", null],
    ["send_anonymous_usage_stats", false],
    ["adapter_type", manifest.adapterType],
    [
      "quoting",
      new Map<Value, Value>([
        ["database", quoting.database],
        ["schema", quoting.schema],
        ["identifier", quoting.identifier],
        ["column", null],
      ]),
    ],
    ["run_started_at", startedAt.replace("Z", "+00:00")],
  ]);
}
