// Methods that compare with another run: `state:`, `result:` and `source_status:`. Nodes are compared in the shape of
// manifest.json, which is all that is known of the other run. Rules of dbt-core, contracts/graph/nodes.py (`same_*`).

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { toJson } from "../jinja/json.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { valueAt } from "../jinja/value-path.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Resource } from "../manifest/node.ts";
import { nodeToValue } from "../manifest/node-json.ts";
import type { PreviousManifest } from "../manifest/previous-state.ts";
import type { Criterion } from "./criterion.ts";
import { type Matcher, type MethodDeps, wrongValue } from "./matcher.ts";

const stateValues = [
  "new",
  "old",
  "modified",
  "unmodified",
  "modified.body",
  "modified.configs",
  "modified.relation",
  "modified.persisted_descriptions",
  "modified.macros",
  "modified.contract",
];

const resultValues = [
  "success",
  "error",
  "fail",
  "warn",
  "skipped",
  "pass",
  "runtime error",
  "partial success",
  "no-op",
  "reused",
];

/** Keys whose change makes a resource other than a node modified. */
const comparedKeys: Readonly<Partial<Record<Resource["resourceType"], readonly string[]>>> = {
  source: [
    "unrendered_database",
    "unrendered_schema",
    "identifier",
    "fqn",
    "unrendered_config",
    "quoting",
    "freshness",
    "loaded_at_field",
    "external",
  ],
  exposure: [
    "fqn",
    "type",
    "owner",
    "maturity",
    "url",
    "description",
    "label",
    "depends_on.nodes",
    "unrendered_config",
  ],
  metric: ["fqn", "filter", "label", "type", "type_params", "description", "unrendered_config", "metadata"],
  semantic_model: [
    "model",
    "description",
    "defaults",
    "entities",
    "dimensions",
    "measures",
    "config",
    "primary_entity",
    "group",
  ],
  saved_query: ["query_params", "label", "description", "unrendered_config", "group"],
  unit_test: ["checksum"],
};

/** `state:modified` and its kin. @throws EtlError without a manifest to compare with, or for an unknown value */
export function stateMatcher(
  value: string,
  criterion: Criterion,
  { manifest, previous }: MethodDeps,
): Matcher {
  if (!stateValues.includes(value)) throw wrongValue(criterion, stateValues);
  const before = previous?.manifest;
  if (!before) throw missing(criterion, "a manifest.json");
  const comparison = new StateComparison(manifest, before);
  const old = (resource: Resource): Dict | undefined => before.resources.get(resource.id);
  const sub = value.slice("modified.".length);
  switch (value) {
    case "new":
      return (resource) => old(resource) === undefined;
    case "old":
      return (resource) => old(resource) !== undefined;
    case "modified":
      return (resource) => comparison.isModified(resource, old(resource));
    case "unmodified":
      return (resource) => !comparison.isModified(resource, old(resource));
    case "modified.macros":
      return (resource) => comparison.macrosChanged(resource);
    default:
      return (resource) => comparison.partChanged(resource, old(resource), sub);
  }
}

/** `result:error` and its kin. @throws EtlError without run_results.json */
export function resultMatcher(value: string, criterion: Criterion, { previous }: MethodDeps): Matcher {
  if (!resultValues.includes(value)) throw wrongValue(criterion, resultValues);
  const results = previous?.results;
  if (!results) throw missing(criterion, "a run_results.json");
  return (resource) => results.get(resource.id) === value;
}

/** `source_status:fresher`: sources that have newer rows than they had in the other run. @throws EtlError without both sources.json */
export function sourceStatusMatcher(value: string, criterion: Criterion, { previous }: MethodDeps): Matcher {
  if (value !== "fresher") throw wrongValue(criterion, ["fresher"]);
  const { before, now } = previous?.sources ?? {};
  if (!before) throw missing(criterion, "a sources.json");
  if (!now) {
    throw new EtlError([
      errorAt("selection-state", `"${criterion.raw}" needs the freshness of now`, criterion.place, {
        help: "run etl source freshness first",
      }),
    ]);
  }
  return ({ id }) => {
    const loaded = now.loadedAt.get(id);
    if (loaded === undefined || now.failed.has(id) || before.failed.has(id)) return false;
    const earlier = before.loadedAt.get(id);
    return earlier === undefined || Date.parse(loaded) > Date.parse(earlier);
  };
}

function missing(criterion: Criterion, what: string): EtlError {
  return new EtlError([
    errorAt(
      "selection-state",
      `"${criterion.raw}" needs ${what} of another run to compare with`,
      criterion.place,
      { help: "name its folder: --state path/to/artifacts" },
    ),
  ]);
}

/** Compares resources of this manifest with another one; what is found about macros is kept. */
class StateComparison {
  private readonly changedMacros: ReadonlySet<string>;
  private readonly reached = new Map<string, boolean>();

  constructor(
    private readonly manifest: Manifest,
    before: PreviousManifest,
  ) {
    const changed = new Set<string>();
    // What the program brings along is no change of the project: dbt's manifest has other texts of these macros.
    const builtIn = new RegExp(`^macro\\.dbt(?:_${manifest.adapterType})?\\.`);
    for (const [id, macro] of manifest.macros) {
      if (builtIn.test(id)) continue;
      if (before.macros.get(id)?.trim() !== macro.block.text.trim()) changed.add(id);
    }
    for (const id of before.macros.keys()) if (!manifest.macros.has(id) && !builtIn.test(id)) changed.add(id);
    this.changedMacros = changed;
  }

  isModified(resource: Resource, old: Dict | undefined): boolean {
    if (this.macrosChanged(resource)) return true;
    const keys = comparedKeys[resource.resourceType];
    const current = nodeToValue(resource, this.manifest);
    if (keys) {
      // dbt: a source, exposure or metric that is new is none that was modified.
      if (!old) return ["unit_test", "semantic_model", "saved_query"].includes(resource.resourceType);
      return (
        keys.some((key) => !same(descend(current, key), descend(old, key))) ||
        !same(exportsOf(current), exportsOf(old))
      );
    }
    if (!old) return true;
    if (resource.resourceType === "test" && resource.testMetadata !== null)
      return (
        !same(current.get("unrendered_config"), old.get("unrendered_config")) ||
        !same(current.get("fqn"), old.get("fqn"))
      );
    const parts = ["body", "configs", "persisted_descriptions", "relation", "contract"];
    return (
      parts.some((part) => this.partChanged(resource, old, part)) ||
      ["fqn", "latest_version", "access", "deprecation_date"].some(
        (key) => !same(current.get(key), old.get(key)),
      )
    );
  }

  /** One part of `state:modified.<part>`. */
  partChanged(resource: Resource, old: Dict | undefined, part: string): boolean {
    const current = nodeToValue(resource, this.manifest);
    const changed = (...keys: string[]): boolean =>
      !old || keys.some((key) => !same(descend(current, key), descend(old, key)));
    switch (part) {
      case "body":
        return resource.resourceType === "seed"
          ? changed("checksum")
          : "rawCode" in resource && (!old || !sameText(current.get("raw_code"), old.get("raw_code")));
      case "configs":
        return changed("unrendered_config");
      case "relation":
        if (resource.resourceType === "source")
          return changed("unrendered_database", "unrendered_schema", "identifier");
        return (
          "rawCode" in resource &&
          changed("unrendered_config.database", "unrendered_config.schema", "unrendered_config.alias")
        );
      case "persisted_descriptions":
        return "columns" in resource && "rawCode" in resource && this.descriptionsChanged(current, old);
      case "contract":
        // dbt counts every new node, though only models have contracts.
        return old
          ? resource.resourceType === "model" && contractChanged(current, old)
          : "rawCode" in resource;
      default:
        return false;
    }
  }

  /** Whether a macro that the resource reaches, however far, has another text. */
  macrosChanged(resource: Resource): boolean {
    const direct = "dependsOnMacros" in resource ? resource.dependsOnMacros : [];
    return this.changedMacros.size > 0 && direct.some((id) => this.reaches(id));
  }

  private reaches(start: string): boolean {
    const known = this.reached.get(start);
    if (known !== undefined) return known;
    const seen = new Set([start]);
    const open = [start];
    let found = false;
    for (let id = open.pop(); id !== undefined && !found; id = open.pop()) {
      found = this.changedMacros.has(id);
      for (const next of this.manifest.macros.get(id)?.dependsOnMacros ?? []) {
        if (!seen.has(next)) {
          seen.add(next);
          open.push(next);
        }
      }
    }
    this.reached.set(start, found);
    return found;
  }

  private descriptionsChanged(current: Dict, old: Dict | undefined): boolean {
    if (!old) return true;
    const persisted = (key: string): boolean => descend(current, `config.persist_docs.${key}`) === true;
    if (persisted("relation") && !same(current.get("description"), old.get("description"))) return true;
    return persisted("columns") && !same(columnDescriptions(current), columnDescriptions(old));
  }
}

/** What dbt compares of the exports of saved queries: neither database nor what was rendered. */
function exportsOf(node: Dict): Value {
  const exports = node.get("exports");
  return (Array.isArray(exports) ? exports : []).map((one) =>
    ["name", "unrendered_config.export_as", "unrendered_config.schema", "unrendered_config.alias"].map(
      (path) => descend(one, path) ?? null,
    ),
  );
}

function contractChanged(current: Dict, old: Dict): boolean {
  const was = descend(old, "contract.enforced") === true;
  const is = descend(current, "contract.enforced") === true;
  return (
    was !== is || (is && !same(descend(current, "contract.checksum"), descend(old, "contract.checksum")))
  );
}

function columnDescriptions(node: Dict): Value {
  const columns = node.get("columns");
  if (!(columns instanceof Map)) return null;
  return new Map(
    [...columns].map(([name, column]) => [
      name,
      (column instanceof Map ? column.get("description") : null) ?? null,
    ]),
  );
}

function descend(value: Value | undefined, path: string): Value | undefined {
  return valueAt(value, path.split("."));
}

/** Equal as JSON; absent and null are one. */
function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || toJson(a ?? null, { sortKeys: true }) === toJson(b ?? null, { sortKeys: true });
}

/** Texts of templates, whatever their line ends: dbt keeps "\r\n" of Windows where we do not. */
function sameText(a: Value | undefined, b: Value | undefined): boolean {
  const lines = (value: Value | undefined): Value | undefined =>
    typeof value === "string" ? value.replaceAll("\r\n", "\n") : value;
  return lines(a) === lines(b);
}
