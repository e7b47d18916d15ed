// What is there: schemas, relations, columns.

import assert from "node:assert/strict";
import type { OpenEngine } from "./engine.ts";

export const catalogCases = {
  async "relations of many schemas are listed with their kinds, temporary ones are not"({
    warehouse,
    schema,
    schemaName,
    database,
    adapter,
  }: OpenEngine) {
    const other = adapter.quote(`${schemaName}_other`);
    const relations = await warehouse.withSession("s", async (session) => {
      await session.execute(
        `CREATE SCHEMA ${other}; CREATE TABLE ${schema}.t (a integer); CREATE VIEW ${schema}.v AS SELECT 1 AS a; CREATE TABLE ${other}.t (a integer)`,
      );
      await session.execute("CREATE TEMPORARY TABLE unseen (a integer)");
      return warehouse.listRelations([
        { database, schema: schemaName },
        { database, schema: `${schemaName}_other` },
        { database, schema: "no such schema" },
      ]);
    });
    assert.deepEqual(
      relations.map(({ schema: name, identifier, kind }) => [name, identifier, kind]),
      [
        [schemaName, "t", "table"],
        [schemaName, "v", "view"],
        [`${schemaName}_other`, "t", "table"],
      ],
    );
    assert.equal(
      relations.every((relation) => relation.database === database),
      true,
    );
  },

  async "no schemas have no relations"({ warehouse }: OpenEngine) {
    assert.deepEqual(await warehouse.listRelations([]), []);
    assert.deepEqual(await warehouse.catalog([]), []);
  },

  async "schemas are listed"({ warehouse, database, schemaName }: OpenEngine) {
    assert.ok((await warehouse.listSchemas(database)).includes(schemaName));
    assert.deepEqual(await warehouse.listSchemas("no such database"), []);
  },

  async "the catalog tells columns in their order, types and comments"({
    warehouse,
    schema,
    schemaName,
    database,
  }: OpenEngine) {
    await warehouse.withSession("s", (session) =>
      session.execute(`CREATE TABLE ${schema}.t (z integer, a varchar); COMMENT ON TABLE ${schema}.t IS 'all ''of'' them';
        COMMENT ON COLUMN ${schema}.t.a IS 'the name'; CREATE VIEW ${schema}.v AS SELECT a FROM ${schema}.t`),
    );
    const found = await warehouse.catalog([{ database, schema: schemaName }]);
    assert.deepEqual(
      found.map(({ relation, comment, columns }) => [
        relation.identifier,
        relation.kind,
        comment,
        columns.map(({ name, comment: text }) => [name, text]),
      ]),
      [
        [
          "t",
          "table",
          "all 'of' them",
          [
            ["z", null],
            ["a", "the name"],
          ],
        ],
        ["v", "view", null, [["a", null]]],
      ],
    );
    assert.deepEqual(
      found[0]?.columns.map(({ index }) => index),
      [1, 2],
    );
  },

  async "a thousand tables are listed"({ warehouse, schema, schemaName, database }: OpenEngine) {
    const tables = Array.from(
      { length: 1000 },
      (_, i) => `CREATE TABLE ${schema}.t${i} (a integer, b varchar, c date)`,
    );
    await warehouse.withSession("s", (session) => session.execute(`BEGIN; ${tables.join("; ")}; COMMIT`));
    assert.equal((await warehouse.listRelations([{ database, schema: schemaName }])).length, 1000);
    assert.equal((await warehouse.catalog([{ database, schema: schemaName }])).length, 1000);
  },
};
