// Documentation that inherits: which descriptions, tags and meta a column has from those that its values come from.

import { describe, expect, test } from "vitest";
import { inheritDocs } from "../../src/docs/inherited-docs.ts";
import type { ColumnEdge, EdgeKind } from "../../src/lineage/lineage-graph.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { folderWith } from "../cli/etl.ts";
import { parseFolder } from "../parse/parse-folder.ts";

const model = (name: string, columns: readonly object[] = []) => ({ name, columns });

async function manifestOf(
  models: readonly object[],
  refs: Readonly<Record<string, readonly string[]>>,
): Promise<Manifest> {
  const files = Object.entries(refs).map(([name, parents]) => [
    `models/${name}.sql`,
    `select 1 as x ${parents.map((parent) => `-- {{ ref('${parent}') }}`).join("\n")}\n`,
  ]);
  const folder = folderWith({
    "dbt_project.yml": 'name: p\nversion: "1.0"\n',
    "models/schema.yml": JSON.stringify({ version: 2, models }),
    ...Object.fromEntries(files),
  });
  return (await parseFolder(folder)).value.manifest;
}

const id = (name: string) => `model.p.${name}`;

const edge = (from: string, to: string, kind: EdgeKind): ColumnEdge => {
  const [fromNode = "", fromColumn = ""] = from.split(".");
  const [toNode = "", toColumn = ""] = to.split(".");
  return {
    from: { node: id(fromNode), column: fromColumn },
    to: { node: id(toNode), column: toColumn },
    kind,
  };
};

const lineage = (edges: readonly ColumnEdge[]) => {
  const columns = new Map<string, Set<string>>();
  for (const { from, to } of edges)
    for (const { node, column } of [from, to])
      columns.set(node, (columns.get(node) ?? new Set()).add(column));
  return {
    nodes: [...columns].map(([node, names]) => ({
      id: node,
      columns: [...names].map((name) => ({ name, type: null })),
      status: { kind: "traced" as const },
    })),
    edges,
    indirect: [],
    tables: [],
  };
};

const fold = (name: string) => name.toLowerCase();

describe("a column", () => {
  const base = model("a", [
    { name: "ID", description: "The key.", config: { tags: ["key"], meta: { pii: true, level: 1 } } },
    { name: "other", description: "Something else." },
  ]);
  const refs = { a: [], b: ["a"], c: ["b"], d: ["a", "b"] };

  test("has the words of the column whose values it has, over any number of steps and other names", async () => {
    const manifest = await manifestOf([base], refs);
    const docs = inheritDocs(
      manifest,
      lineage([edge("a.id", "b.key", "rename"), edge("b.key", "c.key", "copy")]),
      fold,
    );
    expect(docs.of(id("c"), "KEY")).toMatchObject({
      description: "The key.",
      descriptionFrom: { node: id("a"), column: "id" },
      tags: ["key"],
      markedFrom: { node: id("a"), column: "id" },
    });
  });

  test("keeps its own words and meta, and adds tags to its own", async () => {
    const own = model("b", [
      { name: "id", description: "Mine.", config: { tags: ["mine"], meta: { level: 2 } } },
    ]);
    const docs = inheritDocs(
      await manifestOf([base, own], refs),
      lineage([edge("a.id", "b.id", "copy")]),
      fold,
    );
    const found = docs.of(id("b"), "id");
    expect(found).toMatchObject({ description: "Mine.", tags: ["mine", "key"] });
    expect(found?.descriptionFrom).toBeUndefined();
    expect([...(found?.meta ?? [])]).toEqual([
      ["level", 2],
      ["pii", true],
    ]);
  });

  test("has no words of columns that it is computed from, nor their marks", async () => {
    const docs = inheritDocs(
      await manifestOf([base], refs),
      lineage([edge("a.id", "b.sum", "derive")]),
      fold,
    );
    expect(docs.of(id("b"), "sum")).toBeUndefined();
  });

  test("has no words where its sources disagree or only some arrive unchanged, but has all marks", async () => {
    const manifest = await manifestOf([base], refs);
    const torn = inheritDocs(
      manifest,
      lineage([edge("a.id", "b.x", "copy"), edge("a.other", "b.x", "copy")]),
      fold,
    );
    expect(torn.of(id("b"), "x")).toMatchObject({ description: "", tags: ["key"] });
    const mixed = inheritDocs(
      manifest,
      lineage([edge("a.id", "b.x", "copy"), edge("a.other", "b.x", "derive")]),
      fold,
    );
    expect(mixed.of(id("b"), "x")).toMatchObject({ description: "", tags: ["key"] });
  });

  test("has the words of both sources where they are the same", async () => {
    const edges = [edge("a.id", "b.id", "copy"), edge("a.id", "d.id", "copy"), edge("b.id", "d.id", "copy")];
    const docs = inheritDocs(await manifestOf([base], refs), lineage(edges), fold);
    expect(docs.of(id("d"), "id")).toMatchObject({ description: "The key." });
  });

  test("of an incremental model that reads itself inherits as if it did not", async () => {
    const edges = [edge("a.id", "b.id", "copy"), edge("b.id", "b.id", "derive")];
    const docs = inheritDocs(await manifestOf([base], refs), lineage(edges), fold);
    expect(docs.of(id("b"), "id")).toMatchObject({ description: "The key." });
  });

  test("has its own words without lineage", async () => {
    const docs = inheritDocs(await manifestOf([base], refs), undefined, fold);
    expect(docs.of(id("a"), "id")?.description).toBe("The key.");
    expect(docs.of(id("b"), "id")).toBeUndefined();
  });
});
