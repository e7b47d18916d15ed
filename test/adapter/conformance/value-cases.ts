// Values and names on their way through the engine and back.

import assert from "node:assert/strict";
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
      const { type, family } = columns[i] ?? {};
      assert.deepEqual({ ...example, type, family, cell: rows[0]?.[i] }, example);
      if (example.family !== "other")
        assert.deepEqual([example.type, adapter.types.family(example.type)], [example.type, example.family]);
    }
  },

  async "types are told in the engine's own words"({ types, adapter }: OpenEngine) {
    for (const { type } of types) assert.equal(adapter.types.normalize(type), type);
  },

  async "null comes back as null in every type"({ warehouse, types }: OpenEngine) {
    const list = types.map(({ sql }, i) => `CASE WHEN 1 = 0 THEN ${sql} END AS c${i}`).join(", ");
    const { rows } = await warehouse.withSession("s", (session) => session.execute(`SELECT ${list}`));
    assert.deepEqual(rows, [types.map(() => null)]);
  },

  async "texts survive as literals"({ warehouse, adapter }: OpenEngine) {
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute(`SELECT ${texts.map((text, i) => `${adapter.literal(text)} AS c${i}`).join(", ")}`),
    );
    assert.deepEqual(rows, [texts]);
  },

  async "values are bound"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a bigint, b varchar, c boolean, d double precision)`);
      const binds = [42, "it's", true, 1.5] as const;
      await session.execute(`INSERT INTO ${schema}.t VALUES ($1, $2, $3, $4)`, { binds });
      await session.execute(`INSERT INTO ${schema}.t VALUES ($1, $2, $3, $4)`, {
        binds: [null, null, null, null],
      });
      assert.deepEqual((await session.execute(`SELECT * FROM ${schema}.t ORDER BY a NULLS LAST`)).rows, [
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
        assert.deepEqual(
          columns.map((column) => column.name),
          [name],
        );
      }
    });
    const asked = [{ database, schema: schemaName }];
    const listed = (await warehouse.listRelations(asked)).map(({ identifier }) => identifier);
    assert.deepEqual([...listed].sort(), [...oddNames].sort());
    const described = (await warehouse.catalog(asked)).map(({ relation, columns }) => [
      relation.identifier,
      columns[0]?.name,
    ]);
    assert.deepEqual(described.sort(), oddNames.map((name) => [name, name]).sort());
  },

  async "odd names of schemas survive"({ warehouse, adapter, database, schemaName }: OpenEngine) {
    const names = oddNames.map((name) => `${schemaName} ${name}`);
    await warehouse.withSession("s", async (session) => {
      for (const name of names)
        await session.execute(
          `CREATE SCHEMA ${adapter.quote(name)}; CREATE TABLE ${adapter.quote(name)}.t (a integer)`,
        );
    });
    const listed = await warehouse.listSchemas(database);
    assert.deepEqual(
      names.filter((name) => !listed.includes(name)),
      [],
    );
    const relations = await warehouse.listRelations(names.map((schema) => ({ database, schema })));
    assert.deepEqual(relations.map(({ schema }) => schema).sort(), [...names].sort());
  },

  async "a query is described without being run"({
    warehouse,
    schema,
    failing,
    endless,
    adapter,
  }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer, ${adapter.quote("b c")} varchar)`);
      const columns = await session.describe(
        `WITH q AS (SELECT * FROM ${schema}.t) SELECT *, a > 1 AS big FROM q -- the end`,
      );
      assert.deepEqual(
        columns.map(({ name, family }) => [name, family]),
        [
          ["a", "integer"],
          ["b c", "text"],
          ["big", "boolean"],
        ],
      );
      assert.equal((await session.describe(failing)).length, 1);
      assert.equal((await session.describe(endless)).length, 1);
      await assert.rejects(session.describe(`SELECT nothing FROM ${schema}.t`), /nothing/i);
    });
  },

  async "describing several statements changes nothing"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      // Some engines refuse it, others run the text and take it back.
      await session.describe(`DROP TABLE ${schema}.t; SELECT 1`).catch((error: unknown) => {
        assert.match(String(error), /several|multiple/);
      });
      await session.execute(`SELECT * FROM ${schema}.t`);
    });
  },
};
