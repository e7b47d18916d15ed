// The relation cache: what it knows of schemas after DDL of our own, asked of a warehouse that counts the questions.

import { describe, expect, test } from "vitest";
import { makeRelation, type Relation } from "../../src/adapter/relation.ts";
import { RelationCache } from "../../src/adapter/relation-cache.ts";

const fold = { foldIdentifier: (name: string) => name.toLowerCase() };
const table = (identifier: string, schema = "main"): Relation =>
  makeRelation({ database: "db", schema, identifier }, { kind: "table" });

function cacheOf(relations: readonly Relation[]): { cache: RelationCache; queries: string[] } {
  const queries: string[] = [];
  const cache = new RelationCache(fold, async (schemas) => {
    queries.push(schemas.map(({ schema }) => schema).join(","));
    await Promise.resolve();
    return relations.filter((relation) =>
      schemas.some(({ schema }) => schema?.toLowerCase() === relation.schema),
    );
  });
  return { cache, queries };
}

const names = (cache: RelationCache, schema = "main"): string[] =>
  cache.list("db", schema).map((relation) => relation.identifier ?? "");

describe("relation cache", () => {
  test("reads each schema once, in bulk, however many ask", async () => {
    const { cache, queries } = cacheOf([table("b"), table("a"), table("x", "other")]);
    const both = [
      { database: "db", schema: "main" },
      { database: "DB", schema: "Other" },
    ];
    await Promise.all([
      cache.ensure(both),
      cache.ensure(both),
      cache.ensure([{ database: "db", schema: "MAIN" }]),
    ]);
    await cache.ensure(both);
    expect(queries).toEqual(["main,Other"]);
    expect(names(cache)).toEqual(["a", "b"]);
    expect(names(cache, "other")).toEqual(["x"]);
    expect(cache.has("db", "main")).toBe(true);
    expect(cache.has("db", "nowhere")).toBe(false);
    expect(cache.schemas()).toHaveLength(2);
  });

  test("finds names as the engine compares them and keeps them as written", async () => {
    const { cache } = cacheOf([table("Orders")]);
    await cache.ensure([{ database: "db", schema: "main" }]);
    expect(cache.get("DB", "Main", "ORDERS")?.identifier).toBe("Orders");
    expect(cache.get("db", "main", "order")).toBeUndefined();
  });

  test("follows adds, drops and renames", async () => {
    const { cache } = cacheOf([table("a")]);
    await cache.ensure([{ database: "db", schema: "main" }]);
    cache.add(makeRelation({ database: "db", schema: "main", identifier: "a__tmp" }, { kind: "view" }));
    cache.drop(table("A"));
    cache.drop(table("never_there"));
    cache.rename(table("a__tmp"), table("a"));
    expect(names(cache)).toEqual(["a"]);
    expect(cache.get("db", "main", "a")?.kind).toBe("view");
    cache.rename(table("unknown"), table("b"));
    expect(names(cache)).toEqual(["a", "b"]);
  });

  test("what changes while a schema is read wins over the answer", async () => {
    const { cache } = cacheOf([table("dropped"), table("kept")]);
    const reading = cache.ensure([{ database: "db", schema: "main" }]);
    cache.drop(table("dropped"));
    cache.add(table("made"));
    await reading;
    expect(names(cache)).toEqual(["kept", "made"]);
  });

  test("a failed query leaves the schema unknown, and the next one reads it", async () => {
    let fail = true;
    const cache = new RelationCache(fold, async () => {
      if (fail) throw new Error("no connection");
      return [table("a")];
    });
    const asked = [
      cache.ensure([{ database: "db", schema: "main" }]),
      cache.ensure([{ database: "db", schema: "main" }]),
    ];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    fail = false;
    await cache.ensure([{ database: "db", schema: "main" }]);
    expect(names(cache)).toEqual(["a"]);
  });

  test("a schema in doubt is read anew, and what is known stays until then", async () => {
    const main = { database: "db", schema: "main" };
    const stored = [table("a"), table("b")];
    const { cache, queries } = cacheOf(stored);
    await cache.ensure([main]);
    cache.add(table("rolled_back"));
    cache.doubtSchema("DB", "Main");
    expect(cache.has("db", "main")).toBe(false);
    expect(names(cache)).toEqual(["a", "b", "rolled_back"]);
    stored.pop();
    await cache.ensure([main]);
    expect(names(cache)).toEqual(["a"]);
    expect(queries).toEqual(["main", "main"]);
  });

  test.each([
    ["in doubt", (cache: RelationCache) => cache.doubtSchema("db", "main")],
    ["dropped", (cache: RelationCache) => cache.dropSchema("db", "main")],
  ])(
    "a schema that is %s while it is read is read once more before anyone is answered",
    async (_, change) => {
      const main = { database: "db", schema: "main" };
      const { cache, queries } = cacheOf([table("a")]);
      const asked = [cache.ensure([main]), cache.ensure([main])].map((done) => done.then(() => names(cache)));
      change(cache);
      expect(await Promise.all(asked)).toEqual([["a"], ["a"]]);
      expect(queries).toEqual(["main", "main"]);
    },
  );

  test("a dropped schema is read again", async () => {
    const { cache, queries } = cacheOf([table("a")]);
    await cache.ensure([{ database: "db", schema: "main" }]);
    cache.dropSchema("db", "MAIN");
    expect(cache.get("db", "main", "a")).toBeUndefined();
    await cache.ensure([{ database: "db", schema: "main" }]);
    expect(queries).toHaveLength(2);
  });
});
