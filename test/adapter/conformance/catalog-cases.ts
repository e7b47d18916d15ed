// What is there: schemas, relations, columns.

import { expect } from "vitest";
import type { OpenEngine } from "./engine.ts";

export const catalogCases = {
  async "relations of many schemas are listed with their kinds, temporary ones are not"({
    warehouse,
    schema,
    schemaName,
    database,
    adapter,
  }: OpenEngine) {
    const other = `${adapter.quote(database)}.${adapter.quote(`${schemaName}_other`)}`;
    const relations = await warehouse.withSession("s", async (session) => {
      await session.execute(
        `CREATE SCHEMA ${other}; CREATE TABLE ${schema}.t (a integer); CREATE VIEW ${schema}.v AS SELECT 1 AS a; CREATE TABLE ${other}.t (a integer)`,
      );
      await session.execute("CREATE TEMPORARY TABLE unseen (a integer)");
      return warehouse.listRelations([
        { database, schema: schemaName, identifier: null },
        { database, schema: `${schemaName}_other`, identifier: null },
        { database, schema: "no such schema", identifier: null },
      ]);
    });
    expect(relations.map(({ schema: name, identifier, kind }) => [name, identifier, kind])).toEqual([
      [schemaName, "t", "table"],
      [schemaName, "v", "view"],
      [`${schemaName}_other`, "t", "table"],
    ]);
    expect(relations.every((relation) => relation.database === database)).toBe(true);
  },

  async "no schemas have no relations"({ warehouse }: OpenEngine) {
    expect(await warehouse.listRelations([])).toEqual([]);
    expect(await warehouse.catalog([])).toEqual([]);
  },

  async "schemas are listed"({ warehouse, database, schemaName }: OpenEngine) {
    expect(await warehouse.listSchemas(database)).toContain(schemaName);
    expect(await warehouse.listSchemas("no such database")).toEqual([]);
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
    const found = await warehouse.catalog([{ database, schema: schemaName, identifier: null }]);
    expect(
      found.map(({ relation, comment, columns }) => [
        relation.identifier,
        relation.kind,
        comment,
        columns.map(({ name, comment: text }) => [name, text]),
      ]),
    ).toEqual([
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
    ]);
    expect(found[0]?.columns.map(({ index }) => index)).toEqual([1, 2]);
  },

  async "a thousand tables are listed in a moment"({ warehouse, schema, schemaName, database }: OpenEngine) {
    const tables = Array.from(
      { length: 1000 },
      (_, i) => `CREATE TABLE ${schema}.t${i} (a integer, b varchar, c date)`,
    );
    await warehouse.withSession("s", (session) => session.execute(`BEGIN; ${tables.join("; ")}; COMMIT`));
    const started = performance.now();
    expect(await warehouse.listRelations([{ database, schema: schemaName, identifier: null }])).toHaveLength(
      1000,
    );
    expect(await warehouse.catalog([{ database, schema: schemaName, identifier: null }])).toHaveLength(1000);
    expect(performance.now() - started).toBeLessThan(2000);
  },
};
