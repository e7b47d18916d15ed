// The rules of the house that a machine can check: imports go down the ranks, there is no import cycle, `src` names no
// adapter outside of the registry, and every file stays readable.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Rank of each folder or file of `src`; a file may import from its own folder and from lower ranks only. */
const ranks: Readonly<Record<string, number>> = {
  base: 0,
  adapter: 1,
  jinja: 1,
  sql: 1,
  config: 2,
  manifest: 2,
  project: 3,
  context: 3,
  select: 3,
  lineage: 3,
  parse: 4,
  compile: 4,
  state: 4,
  check: 5,
  run: 5,
  artifacts: 6,
  docs: 6,
  report: 6,
  "check-sql.ts": 7,
  "open-project.ts": 7,
  "pipeline.ts": 8,
  "project-docs.ts": 8,
  "project-gaps.ts": 8,
  "project-quarantine.ts": 8,
  "project-state.ts": 8,
  "project-undo.ts": 8,
  cli: 9,
  "index.ts": 9,
};

/** What an adapter may see of `src`. */
const adapterMaySee = new Set(["adapter", "base", "sql"]);

/** Files longer than 350 lines because they are tables. */
const tables = new Set<string>([]);

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Imported files, relative to the root. */
  readonly imports: readonly string[];
}

const files = [...sourceFiles("src"), ...sourceFiles("adapters")];

describe("imports", () => {
  test("go down the ranks, types included", () => {
    const wrong = files.flatMap((file) =>
      file.imports
        .filter((target) => !mayImport(file.path, target))
        .map((target) => `${file.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("make no cycle", () => {
    expect(findCycle(new Map(files.map((file) => [file.path, file.imports])))).toEqual([]);
  });

  test("the check itself sees an upward import and a cycle", () => {
    expect(mayImport("src/base/dag.ts", "src/run/plan.ts")).toBe(false);
    expect(mayImport("src/config/flags.ts", "src/manifest/node.ts")).toBe(false);
    expect(mayImport("adapters/duckdb/index.ts", "src/manifest/node.ts")).toBe(false);
    expect(mayImport("src/run/plan.ts", "src/base/dag.ts")).toBe(true);
    expect(
      findCycle(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["a"]],
        ]),
      ),
    ).toEqual(["a", "b", "c", "a"]);
  });
});

describe("files", () => {
  test("of src name an adapter in the registry only", () => {
    const named = files.filter(
      (file) =>
        file.path.startsWith("src/") &&
        file.path !== "src/adapter/registry.ts" &&
        /adapters\/(duckdb|postgres|snowflake|bigquery|trino)/.test(withoutComments(file.text)),
    );
    expect(named.map((file) => file.path)).toEqual([]);
  });

  test("have at most 350 lines unless they are tables", () => {
    const long = files.filter((file) => !tables.has(file.path) && file.text.split("\n").length > 351);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  test("say at their head what they own", () => {
    const silent = files.filter((file) => !/^(#![^\n]*\n)?(\/\/|\/\*\*)/.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });
});

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const path = join(folder, name).replaceAll("\\", "/");
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): string[] {
  const found: string[] = [];
  for (const match of withoutComments(text).matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]+)"/g)) {
    found.push(relative(root, resolve(root, dirname(path), match[1] ?? "")).replaceAll("\\", "/"));
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(\/\/.*|\*.*|\/\*.*)$/gm, "");
}

function mayImport(from: string, target: string): boolean {
  const [fromTop, fromFolder = ""] = from.split("/");
  const [targetTop, targetFolder = ""] = target.split("/");
  if (targetTop === "adapters")
    return fromTop === "adapters" ? fromFolder === targetFolder : from === "src/adapter/registry.ts";
  if (targetTop !== "src") return target === "package.json";
  if (fromTop === "adapters") return adapterMaySee.has(targetFolder);
  if (fromFolder === targetFolder) return true;
  const fromRank = ranks[fromFolder];
  const targetRank = ranks[targetFolder];
  return fromRank !== undefined && targetRank !== undefined && targetRank < fromRank;
}

/** The first cycle as a path of names, or nothing. The registry's lazy import of adapters is not a cycle. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): string[] => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (done.has(name)) return [];
    path.push(name);
    for (const next of graph.get(name) ?? []) {
      if (name === "src/adapter/registry.ts" && next.startsWith("adapters/")) continue;
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(name);
    return [];
  };
  for (const name of graph.keys()) {
    const cycle = visit(name);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
