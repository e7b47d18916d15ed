// The methods of selection in one table: each tells which resources a value matches.
// Meaning of dbt-core, graph/selector_methods.py.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { PyFloat, type Value } from "../jinja/value.ts";
import { type Resource, type ResourceType, resourceTypes } from "../manifest/node.ts";
import type { Criterion, MethodName } from "./criterion.ts";
import { columnReach, type Matcher, type MethodDeps, wrongValue } from "./matcher.ts";
import { resultMatcher, sourceStatusMatcher, stateMatcher } from "./state-methods.ts";
import { normalizePath, pathWildcard, wildcard } from "./wildcard.ts";

type Method = (value: string, criterion: Criterion, deps: MethodDeps) => Matcher;

const methods: Readonly<Record<MethodName, Method>> = {
  fqn: (value) => {
    const matches = nameMatcher(value);
    return (resource) => resource.resourceType !== "source" && matches(resource);
  },
  tag: (value) => {
    const matches = wildcard(value);
    return (resource) => "tags" in resource && resource.tags.some(matches);
  },
  group: (value) => {
    const matches = wildcard(value);
    return (resource) => {
      const group =
        isExecutable(resource) || resource.resourceType === "metric"
          ? resource.config.get("group")
          : undefined;
      return typeof group === "string" && matches(group);
    };
  },
  access: (value) => (resource) => resource.resourceType === "model" && resource.access === value,
  source: (value, criterion) => sourceMatcher(value, criterion),
  path: (value) => pathMatcher(value),
  file: (value) => {
    const matches = wildcard(value);
    return ({ originalFilePath }) => {
      const name = originalFilePath.slice(originalFilePath.lastIndexOf("/") + 1);
      return matches(name) || matches(name.replace(/(?<=.)\.[^.]*$/, ""));
    };
  },
  package: (value, _, { manifest }) => {
    const matches = wildcard(value === "this" ? manifest.projectName : value);
    return (resource) => matches(resource.packageName);
  },
  config: (_, criterion) => (resource) =>
    (isExecutable(resource) || resource.resourceType === "source") &&
    matchesConfig(resource.config, criterion),
  test_name: (value) => {
    const matches = wildcard(value);
    return (resource) => {
      if (resource.resourceType === "unit_test") return matches(resource.name);
      return (
        resource.resourceType === "test" &&
        resource.testMetadata !== null &&
        matches(resource.testMetadata.name)
      );
    };
  },
  test_type: (value, criterion) => testTypeMatcher(value, criterion),
  resource_type: (value, criterion) => {
    if (!resourceTypes.includes(value as ResourceType)) throw wrongValue(criterion, resourceTypes);
    return (resource) => resource.resourceType === value;
  },
  state: (value, criterion, deps) => stateMatcher(value, criterion, deps),
  result: (value, criterion, deps) => resultMatcher(value, criterion, deps),
  source_status: (value, criterion, deps) => sourceStatusMatcher(value, criterion, deps),
  exposure: named("exposure"),
  metric: named("metric"),
  semantic_model: named("semantic_model"),
  saved_query: named("saved_query"),
  unit_test: named("unit_test"),
  version: (value, criterion) => versionMatcher(value, criterion),
  column: (value, criterion, { columns }) => {
    const id = columnReach(criterion, columns).node(value);
    return (resource) => resource.id === id;
  },
};

/**
 * The test for one criterion.
 * @throws EtlError when the value is none that the method knows, or `--state` lacks what it compares with
 */
export function matcherOf(criterion: Criterion, deps: MethodDeps): Matcher {
  return methods[criterion.method](String(criterion.value), criterion, deps);
}

/** Nodes that run or are tests: what dbt keeps under `nodes`. */
function isExecutable(resource: Resource): boolean {
  return !["source", "exposure", "metric", "semantic_model", "saved_query", "unit_test", "function"].includes(
    resource.resourceType,
  );
}

function nameMatcher(selector: string): Matcher {
  const matches = fqnMatcher(selector);
  return (resource) => {
    const versioned = resource.resourceType === "model" && resource.version !== null;
    return matches(resource.fqn, versioned) || matches(resource.fqn.slice(1), versioned);
  };
}

/** A name, a dotted path from the start of the fqn, or either with wildcards. */
function fqnMatcher(selector: string): (fqn: readonly string[], versioned: boolean) => boolean {
  const parts = selector.split(".");
  // From the first wildcard on the rest is matched as one text, dots included; one without dots also as the name alone.
  const wild = parts.findIndex((part) => /[*?[\]]/.test(part));
  const literal = wild < 0 ? parts : parts.slice(0, wild);
  const matchesRest = wild < 0 ? undefined : wildcard(parts.slice(wild).join("."));
  const lastTwo = parts.slice(-2).join("_");
  return (fqn, versioned) => {
    if (versioned) {
      // "orders", "orders.v2" and "orders_v2" all name version 2 of orders.
      if (fqn.at(-2) === selector || fqn.slice(-2).join("_") === lastTwo) return true;
    } else if (fqn.at(-1) === selector) return true;
    const flat = fqn.flatMap((part) => part.split("."));
    if (flat.length < parts.length || literal.some((part, index) => flat[index] !== part)) return false;
    if (matchesRest === undefined) return true;
    const name = fqn.at(versioned ? -2 : -1) ?? "";
    return matchesRest(flat.slice(wild).join(".")) || (parts.length === 1 && matchesRest(name));
  };
}

function sourceMatcher(value: string, criterion: Criterion): Matcher {
  const parts = value.split(".");
  if (parts.length > 3) throw wrongForm(criterion, "source, source.table or package.source.table");
  const [packageName, source, table] =
    parts.length === 3 ? parts : parts.length === 2 ? ["*", ...parts] : ["*", parts[0], "*"];
  const matches = [wildcard(packageName ?? "*"), wildcard(source ?? "*"), wildcard(table ?? "*")] as const;
  return (resource) =>
    resource.resourceType === "source" &&
    matches[0](resource.packageName) &&
    matches[1](resource.sourceName) &&
    matches[2](resource.name);
}

/** Methods that take "name" or "package.name" of one resource type. */
function named(type: ResourceType): Method {
  return (value, criterion) => {
    const parts = value.split(".");
    if (parts.length > 2) throw wrongForm(criterion, "name or package.name");
    const matchesPackage = wildcard(parts.length === 2 ? (parts[0] as string) : "*");
    const matchesOwnName = wildcard(parts.at(-1) as string);
    return (resource) =>
      resource.resourceType === type && matchesPackage(resource.packageName) && matchesOwnName(resource.name);
  };
}

function wrongForm(criterion: Criterion, form: string): EtlError {
  return new EtlError([
    errorAt("selection-invalid", `"${criterion.raw}" has too many parts`, criterion.place, {
      help: `write ${criterion.method}:${form}`,
    }),
  ]);
}

/** A file, a folder, or a wildcard of either; also the YAML file that describes a node. */
function pathMatcher(value: string): Matcher {
  const path = normalizePath(value).replace(/\/$/, "");
  if (path === "" || path === ".") return () => true;
  const matches = pathWildcard(path);
  return (resource) => {
    const file = resource.originalFilePath;
    if (matches(file)) return true;
    const patch = "patchPath" in resource ? resource.patchPath : null;
    if (patch !== null && matches(patch.slice(patch.indexOf("://") + 3))) return true;
    for (let slash = file.lastIndexOf("/"); slash > 0; slash = file.lastIndexOf("/", slash - 1)) {
      if (matches(file.slice(0, slash))) return true;
    }
    return false;
  };
}

/** Walks "config.a.b" down and compares; lists match when they hold the value, dicts when they have the key. */
function matchesConfig(config: ReadonlyMap<Value, Value>, { methodArguments, value }: Criterion): boolean {
  let found: Value | undefined = config as Map<Value, Value>;
  for (const key of methodArguments) {
    if (!(found instanceof Map) || !found.has(key)) return false;
    found = found.get(key);
  }
  const ignoreCase = methodArguments.length === 1 && methodArguments[0] === "severity";
  const same = (item: Value): boolean => {
    if (typeof item === "boolean") return item === value || String(value).toLowerCase() === String(item);
    if (typeof item === "string" && ignoreCase) return item.toLowerCase() === String(value).toLowerCase();
    if (item instanceof PyFloat) return item.value === value;
    return item === value;
  };
  if (found === undefined) return false;
  if (Array.isArray(found)) return found.some(same);
  if (found instanceof Map) return [...found.keys()].some(same);
  return same(found);
}

function testTypeMatcher(value: string, criterion: Criterion): Matcher {
  switch (value) {
    case "generic":
    case "schema":
      return (resource) => resource.resourceType === "test" && resource.testMetadata !== null;
    case "singular":
      return (resource) => resource.resourceType === "test" && resource.testMetadata === null;
    case "data":
      return (resource) => resource.resourceType === "test";
    case "unit":
      return (resource) => resource.resourceType === "unit_test";
    default:
      throw wrongValue(criterion, ["generic", "singular", "data", "unit"]);
  }
}

function versionMatcher(value: string, criterion: Criterion): Matcher {
  const known = ["latest", "prerelease", "old", "none"];
  if (!known.includes(value)) throw wrongValue(criterion, known);
  return (resource) => {
    if (resource.resourceType !== "model") return false;
    const { version, latestVersion } = resource;
    if (value === "none") return version === null;
    if (version === null || latestVersion === null) return false;
    const order = compareVersions(version, latestVersion);
    return value === "latest" ? order === 0 : value === "prerelease" ? order > 0 : order < 0;
  };
}

/** Versions are numbers where both are, else texts. */
function compareVersions(a: string | number, b: string | number): number {
  const [left, right] = [Number(a), Number(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
