// The selector box: dbt's words for a set of nodes. A space joins sets, a comma intersects them, `+name+2` follows
// edges, `@name` takes the children with all they need, and what comes after `--exclude` is taken away. Methods that
// need more than the graph knows (config, state ...) are reported as unknown.

import type { GraphNode } from "../../../../src/docs/site-data.ts";
import { type GraphModel, reach } from "./graph-model.ts";

export interface Selected {
  readonly nodes: ReadonlySet<number>;
  /** What to tell the reader: words that match nothing, methods that are not known. */
  readonly problems: readonly string[];
}

type Matcher = (node: GraphNode, value: string) => boolean;

/** What can stand before a colon. */
const methods: Readonly<Record<string, Matcher>> = {
  tag: (node, value) => node.tags.some((tag) => matches(tag, value)),
  source: (node, value) => node.kind === "source" && matchesParts(node.label.split("."), value),
  exposure: (node, value) => node.kind === "exposure" && matches(node.label, value),
  metric: (node, value) => node.kind === "metric" && matches(node.label, value),
  semantic_model: (node, value) => node.kind === "semantic_model" && matches(node.label, value),
  saved_query: (node, value) => node.kind === "saved_query" && matches(node.label, value),
  resource_type: (node, value) => matches(node.kind, value),
  package: (node, value) => matches(node.group[0] ?? "", value),
  path: (node, value) => matchesPath(node, value),
  file: (node, value) => matches(node.label, value.replace(/\.(sql|py|csv|yml)$/, "")),
  fqn: (node, value) => matchesParts([...node.group, ...node.label.split(".")], value),
  result: (node, value) => node.status === (resultWords[value] ?? value),
};

/** dbt's names of results, in the site's words. */
const resultWords: Readonly<Record<string, string>> = { success: "ok", pass: "ok", error: "fail" };

/** @param text as typed; empty selects nothing */
export function selectNodes(model: GraphModel, text: string): Selected {
  const problems: string[] = [];
  const [wanted = "", ...excluded] = text.split(/(?:^|\s)--exclude(?:\s|$)/);
  const nodes = unionOf(model, wanted.replace(/^\s*--select\s/, ""), problems);
  for (const part of excluded) for (const node of unionOf(model, part, problems)) nodes.delete(node);
  return { nodes, problems };
}

function unionOf(model: GraphModel, text: string, problems: string[]): Set<number> {
  const union = new Set<number>();
  for (const word of text.split(/\s+/)) {
    if (word === "") continue;
    const sets = word.split(",").map((part) => setOf(model, part, problems));
    const smallest = sets.reduce((a, b) => (b.size < a.size ? b : a));
    for (const node of smallest) if (sets.every((set) => set.has(node))) union.add(node);
  }
  return union;
}

/** One word: `@name`, `2+name+1`, `method:value` and all of these together. */
function setOf(model: GraphModel, word: string, problems: string[]): ReadonlySet<number> {
  const parts = /^(@?)((\d*)\+)?(.*?)(\+(\d*))?$/.exec(word);
  const [, at, up, upHops, core = "", down, downHops] = parts ?? [];
  const found = matchAll(model, core, problems);
  if (at === "@") {
    const below = reach(model.children, found, Number.POSITIVE_INFINITY);
    return reach(model.parents, below, Number.POSITIVE_INFINITY);
  }
  const set = new Set(found);
  if (up) for (const node of reach(model.parents, found, hopsOf(upHops))) set.add(node);
  if (down) for (const node of reach(model.children, found, hopsOf(downHops))) set.add(node);
  return set;
}

function hopsOf(text: string | undefined): number {
  return text ? Number(text) : Number.POSITIVE_INFINITY;
}

function matchAll(model: GraphModel, core: string, problems: string[]): number[] {
  const colon = core.indexOf(":");
  const method = colon < 0 ? undefined : core.slice(0, colon);
  const value = core.slice(colon + 1);
  if (method !== undefined && !Object.hasOwn(methods, method)) {
    problems.push(`The graph does not know the method “${method}:”.`);
    return [];
  }
  const test = method === undefined ? matchesBare : methods[method]!;
  const found: number[] = [];
  model.nodes.forEach((node, index) => {
    if (test(node, value)) found.push(index);
  });
  if (found.length === 0) problems.push(`Nothing is called “${core}”.`);
  return found;
}

/** A name, a folder, a path, or a dotted name of any of these. */
function matchesBare(node: GraphNode, value: string): boolean {
  if (node.id === value || matches(node.label, value)) return true;
  if (value.includes("/")) return matchesPath(node, value);
  return node.kind !== "source" && matchesParts([...node.group, ...node.label.split(".")], value);
}

/** Whether the dotted pattern covers neighbouring names, and an end of them unless it names folders only. */
function matchesParts(names: readonly string[], pattern: string): boolean {
  const wanted = pattern.split(".");
  for (let at = 0; at + wanted.length <= names.length; at++) {
    if (wanted.every((part, i) => matches(names[at + i]!, part))) return true;
  }
  return false;
}

function matchesPath(node: GraphNode, value: string): boolean {
  const wanted = value
    .replace(/^\.\//, "")
    .replace(/\/$/, "")
    .replace(/\.(sql|py|csv|yml)$/, "");
  const path = [...node.group.slice(1), node.label].join("/");
  return path === wanted || path.startsWith(`${wanted}/`) || (wanted.includes("*") && matches(path, wanted));
}

/** Shell patterns: `*` for any text, `?` for one character. */
function matches(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}
