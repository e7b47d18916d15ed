// The page of one node as data: everything that is known of it, from the manifest, the warehouse, the last run and
// lineage.

import type { Dict, Value } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Exposure, FreshnessThreshold, NodeBase, Resource, Source } from "../manifest/node.ts";
import type { DocsInput } from "./docs-input.ts";
import { declaredColumns, type Knowledge } from "./knowledge.ts";
import { makePatch } from "./line-patch.ts";
import type { Markdown } from "./markdown.ts";
import { columnDetails } from "./node-columns.ts";
import type { FreshnessDetails, NodeDetails, Pair } from "./node-details.ts";
import { resultDetails } from "./node-tests.ts";
import type { SiteEntry } from "./site-entries.ts";
import { jsonOf, pairs, valueText } from "./value-pairs.ts";

/** What pages need beside: descriptions are rendered. */
export interface PageKnowledge extends Knowledge {
  readonly markdown: Markdown;
}

/** Everything that the page of an entry shows. */
export function describeNode({ id, subject }: SiteEntry, known: PageKnowledge): NodeDetails {
  switch (subject.kind) {
    case "doc":
      return compact({
        id,
        path: subject.doc.originalFilePath,
        description: known.markdown.render(subject.doc.contents),
      });
    case "macro": {
      const { macro } = subject;
      return compact({
        id,
        path: macro.originalFilePath,
        description: known.markdown.render(macro.description),
        facts: macro.arguments.map(
          ({ name, type, description }): Pair => [
            `argument ${name}`,
            [type, description].filter(Boolean).join(": "),
          ],
        ),
        meta: pairs(macro.meta),
        code: macro.block.text,
        macros: pagesOf(macro.dependsOnMacros, known),
      });
    }
    case "resource":
      return describeResource(subject.resource, known);
  }
}

function describeResource(resource: Resource, known: PageKnowledge): NodeDetails {
  const { id } = resource;
  const { input, tests, relations, links } = known;
  const description = "description" in resource ? known.markdown.render(resource.description) : "";
  const outcome = input.run?.outcomes.get(id);
  const catalog = input.catalog.get(id);
  const link = links.get(id);
  return compact({
    id,
    description,
    path: resource.originalFilePath,
    owner: ownerOf(resource, input.manifest),
    group: "group" in resource && resource.group !== null ? resource.group : undefined,
    columns: columnDetails(id, {
      catalog,
      declared: declaredColumns(resource),
      links: link,
      tests: tests.get(id),
      docs: known.docs,
      markdown: known.markdown,
      numbers: known.entries.numbers,
      fold: known.fold,
    }),
    tests: tests.get(id)?.whole ?? [],
    relations: relations.get(id) ?? [],
    indirect: link?.indirect ?? [],
    lineageNote: link?.note,
    meta: "meta" in resource ? pairs(resource.meta) : [],
    config: setConfigs(resource),
    stats: statsOf(known, id),
    result: outcome && resultDetails(outcome, input.run),
    past: input.past.get(id) ?? [],
    macros: "dependsOnMacros" in resource ? pagesOf(resource.dependsOnMacros, known) : [],
    ...specialFacts(resource, known),
  });
}

/** What only some kinds have. */
function specialFacts(resource: Resource, { input }: Knowledge): Partial<NodeDetails> {
  switch (resource.resourceType) {
    case "source":
      return sourceFacts(resource, input);
    case "exposure":
      return exposureFacts(resource);
    case "metric":
    case "semantic_model":
    case "saved_query":
      return { facts: pairs(resource.body).slice(0, 40) };
    case "unit_test":
      return { facts: unitTestFacts(resource) };
    case "model": {
      const { access, version, latestVersion, deprecationDate, contract } = resource;
      return {
        ...codeFacts(resource, input),
        access,
        ...(version !== null && { version: String(version) }),
        ...(latestVersion !== null && { latest: String(latestVersion) }),
        ...(deprecationDate !== null && { deprecated: deprecationDate }),
        ...(contract.enforced && { contract: true as const }),
      };
    }
    default:
      return "rawCode" in resource ? codeFacts(resource, input) : {};
  }
}

function codeFacts(node: NodeBase, { compiled }: DocsInput): Partial<NodeDetails> {
  const sql = compiled.get(node.id);
  const materialized = node.config.get("materialized");
  return {
    ...(node.relationName !== null && { relation: node.relationName }),
    ...(node.patchPath !== null && { patch: node.patchPath.replace(/^.*?:\/\//, "") }),
    ...(typeof materialized === "string" && { materialized }),
    ...(node.language === "python" && { language: "python" as const }),
    code: node.rawCode,
    ...(sql !== undefined && { compiled: makePatch(node.rawCode, sql) }),
  };
}

function sourceFacts(source: Source, { ages }: DocsInput): Partial<NodeDetails> {
  const facts: Pair[] = [];
  if (source.loader) facts.push(["loader", source.loader]);
  if (source.loadedAtField) facts.push(["loaded at", source.loadedAtField]);
  return {
    facts,
    ...(source.relationName !== null && { relation: source.relationName }),
    ...(source.patchPath !== null && { patch: source.patchPath.replace(/^.*?:\/\//, "") }),
    ...(source.freshness && { freshness: freshnessOf(source, ages.get(source.id)) }),
  };
}

function freshnessOf({ freshness }: Source, age: ReturnType<DocsInput["ages"]["get"]>): FreshnessDetails {
  return compact({
    health: age?.health ?? "none",
    status: age?.status ?? "not measured",
    loadedAt: age?.loadedAt ?? undefined,
    checkedAt: age?.checkedAt ?? undefined,
    warnAfter: thresholdText(freshness?.warnAfter),
    errorAfter: thresholdText(freshness?.errorAfter),
  });
}

function thresholdText(threshold: FreshnessThreshold | undefined): string | undefined {
  if (!threshold?.period || threshold.count === null) return undefined;
  return `${threshold.count} ${threshold.period}${threshold.count === 1 ? "" : "s"}`;
}

function exposureFacts({ type, maturity, url, owner, label }: Exposure): Partial<NodeDetails> {
  const facts: Pair[] = [["type", type]];
  if (label) facts.unshift(["label", label]);
  if (maturity) facts.push(["maturity", maturity]);
  const email = owner.get("email");
  return {
    facts,
    ...(url && /^https?:\/\//i.test(url) && { url }),
    ...(typeof email === "string" && { email }),
  };
}

function unitTestFacts(test: Extract<Resource, { resourceType: "unit_test" }>): readonly Pair[] {
  const rows = (value: Value) => (typeof value === "string" ? value : jsonOf(value));
  return [
    ["model", test.model],
    ...test.given.map(({ input, rows: given, fixture }): Pair => [`given ${input}`, fixture ?? rows(given)]),
    ["expect", test.expect.fixture ?? rows(test.expect.rows)],
  ];
}

/** Configs that somebody set, with the values that they have after merging. */
function setConfigs(resource: Resource): readonly Pair[] {
  if (!("config" in resource)) return [];
  const { config, unrenderedConfig } = resource;
  const hidden = new Set<Value>(["meta", "tags", "docs", "enabled", "description"]);
  const shown: Dict = new Map();
  for (const key of unrenderedConfig.keys()) {
    const value = config.get(key);
    if (!hidden.has(key) && value !== undefined) shown.set(key, value);
  }
  return pairs(shown);
}

function ownerOf(resource: Resource, { groups }: Manifest): string | undefined {
  if (resource.resourceType === "exposure") {
    const { owner } = resource;
    return textOf(owner.get("name")) ?? textOf(owner.get("email"));
  }
  const meta = "meta" in resource ? resource.meta.get("owner") : undefined;
  if (meta !== undefined && meta !== null) return valueText(meta);
  const name = "group" in resource ? resource.group : null;
  if (name === null) return undefined;
  for (const group of groups.values())
    if (group.name === name) return textOf(group.owner.get("name")) ?? textOf(group.owner.get("email"));
  return undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function statsOf({ input }: Knowledge, id: string): readonly Pair[] {
  const found = input.catalog.get(id);
  const stats = Object.values(found?.stats ?? {}).filter(({ include }) => include);
  return stats.map(({ label, value }): Pair => [label, String(value)]);
}

function pagesOf(ids: readonly string[], { entries }: Knowledge): readonly number[] {
  return ids.flatMap((id) => entries.numbers.get(id) ?? []);
}

/** Without what is empty: most nodes lack most things, and the site holds thousands of them. */
function compact<T extends object>(details: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept = Object.entries(details).filter(
    ([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as T;
}
