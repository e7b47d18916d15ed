// Values and names on their way through the engine and back.

import { expect } from "vitest";
import type { OpenEngine } from "./engine.ts";

const oddNames = [
  "with space",
  'with "quotes"',
  "it's",
  "MixedCase",
  "ünïcödé",
  "日本語",
  "😀",
  "a.b",
  "a;b",
  "select",
  "back\\slash",
  "{{ x }}",
  "line\nend",
  "$1",
  "%s",
  "-- x",
];

const texts = [
  "",
  "plain",
  "it's",
  'say "hi"',
  "back\\slash",
  "line\nend\ttab",
  "ünïcödé 日本語 😀",
  "-- no comment",
  "$$x$$",
  "null",
  "{{ jinja }}",
  "x".repeat(100_000),
];

export const valueCases = {
  async "every type comes back as its neutral cell"({ warehouse, types, adapter }: OpenEngine) {
    const list = types.map(({ sql }, i) => `${sql} AS c${i}`).join(", ");
    const { columns, rows } = await warehouse.withSession("s", (session) =>
      session.execute(`SELECT ${list}`),
    );
    for (const [i, example] of types.entries()) {
      const got = {
        sql: example.sql,
        type: columns[i]?.type,
        family: columns[i]?.family,
        cell: rows[0]?.[i],
      };
      expect(got).toEqual(example);
      if (example.family !== "other")
        expect([example.type, adapter.types.family(example.type)]).toEqual([example.type, example.family]);
    }
  },

  async "types are told in the engine's own words"({ warehouse, types, adapter }: OpenEngine) {
    for (const { type } of types) expect(adapter.types.normalize(type)).toBe(type);
    expect(warehouse).toBeDefined();
  },

  async "null comes back as null in every type"({ warehouse, types }: OpenEngine) {
    const list = types.map(({ sql }, i) => `CASE WHEN 1 = 0 THEN ${sql} END AS c${i}`).join(", ");
    const { rows } = await warehouse.withSession("s", (session) => session.execute(`SELECT ${list}`));
    expect(rows).toEqual([types.map(() => null)]);
  },

  async "texts survive as literals"({ warehouse, adapter }: OpenEngine) {
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute(`SELECT ${texts.map((text, i) => `${adapter.literal(text)} AS c${i}`).join(", ")}`),
    );
    expect(rows).toEqual([texts]);
  },

  async "values are bound"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a bigint, b varchar, c boolean, d double precision)`);
      const binds = [42, "it's", true, 1.5] as const;
      await session.execute(`INSERT INTO ${schema}.t VALUES ($1, $2, $3, $4)`, { binds });
      await session.execute(`INSERT INTO ${schema}.t VALUES ($1, $2, $3, $4)`, {
        binds: [null, null, null, null],
      });
      expect((await session.execute(`SELECT * FROM ${schema}.t ORDER BY a NULLS LAST`)).rows).toEqual([
        binds,
        [null, null, null, null],
      ]);
    });
  },

  async "odd names of tables and columns survive"({
    warehouse,
    schema,
    schemaName,
    adapter,
    database,
  }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      for (const name of oddNames)
        await session.execute(
          `CREATE TABLE ${schema}.${adapter.quote(name)} (${adapter.quote(name)} integer)`,
        );
      for (const name of oddNames) {
        const { columns } = await session.execute(
          `SELECT ${adapter.quote(name)} FROM ${schema}.${adapter.quote(name)}`,
        );
        expect(columns.map((column) => column.name)).toEqual([name]);
      }
    });
    const asked = [{ database, schema: schemaName, identifier: null }];
    const listed = (await warehouse.listRelations(asked)).map(({ identifier }) => identifier);
    expect([...listed].sort()).toEqual([...oddNames].sort());
    const described = (await warehouse.catalog(asked)).map(({ relation, columns }) => [
      relation.identifier,
      columns[0]?.name,
    ]);
    expect(described.sort()).toEqual(oddNames.map((name) => [name, name]).sort());
  },

  async "odd names of schemas survive"({ warehouse, adapter, database, schemaName }: OpenEngine) {
    const names = oddNames.map((name) => `${schemaName} ${name}`);
    await warehouse.withSession("s", async (session) => {
      for (const name of names)
        await session.execute(
          `CREATE SCHEMA ${adapter.quote(database)}.${adapter.quote(name)}; CREATE TABLE ${adapter.quote(database)}.${adapter.quote(name)}.t (a integer)`,
        );
    });
    expect(await warehouse.listSchemas(database)).toEqual(expect.arrayContaining(names));
    const relations = await warehouse.listRelations(
      names.map((schema) => ({ database, schema, identifier: null })),
    );
    expect(relations.map(({ schema }) => schema).sort()).toEqual([...names].sort());
  },

  async "a query is described without being run"({ warehouse, schema, failing, endless }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer, "b c" varchar)`);
      const columns = await session.describe(
        `WITH q AS (SELECT * FROM ${schema}.t) SELECT *, a > 1 AS big FROM q -- the end`,
      );
      expect(columns.map(({ name, family }) => [name, family])).toEqual([
        ["a", "integer"],
        ["b c", "text"],
        ["big", "boolean"],
      ]);
      expect(await session.describe(failing)).toHaveLength(1);
      expect(await session.describe(endless)).toHaveLength(1);
      await expect(session.describe(`SELECT nothing FROM ${schema}.t`)).rejects.toThrow(/nothing/);
    });
  },

  async "several statements are not described, and not run"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      await expect(session.describe(`SELECT 1; DROP TABLE ${schema}.t`)).rejects.toThrow(/several|multiple/);
      await session.execute(`SELECT * FROM ${schema}.t`);
    });
  },
};
