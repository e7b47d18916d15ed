// What an adapter says of its engine is true: what it can goes well, what it cannot is refused by the engine.

import assert from "node:assert/strict";
import type { Session } from "../../../src/adapter/adapter.ts";
import { DatabaseError } from "../../../src/adapter/database-error.ts";
import { failure } from "./asserts.ts";
import type { OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

/** Whether the engine takes it. */
async function takes(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof DatabaseError) return false;
      throw error;
    },
  );
}

async function twoTables(session: Session, schema: string): Promise<void> {
  await session.execute(`CREATE TABLE ${schema}.t (id integer, v integer); INSERT INTO ${schema}.t VALUES (1, 1), (2, 2);
    CREATE TABLE ${schema}.s (id integer, v integer); INSERT INTO ${schema}.s VALUES (1, 5)`);
}

const merge = (schema: string, actions: string): string =>
  `MERGE INTO ${schema}.t AS t USING ${schema}.s AS s ON t.id = s.id ${actions}`;

export const capabilityCases = {
  async "capability merge is true"({ warehouse, schema, adapter }: OpenEngine) {
    const { supported, bySource, rejectsDuplicateKeys } = adapter.capabilities.merge;
    await warehouse.withSession("s", async (session) => {
      await twoTables(session, schema);
      const update = merge(schema, "WHEN MATCHED THEN UPDATE SET v = s.v");
      const remove = merge(schema, "WHEN NOT MATCHED BY SOURCE THEN DELETE");
      assert.equal(await takes(session.execute(update)), supported);
      // An engine whose newer versions can do more says what the oldest can.
      if (bySource) await session.execute(remove);
      await session.execute(`INSERT INTO ${schema}.s VALUES (1, 6)`);
      if (supported) assert.equal(await takes(session.execute(update)), !rejectsDuplicateKeys);
    });
  },

  async "capability constraints is true"({ warehouse, schema, schemaName, adapter }: OpenEngine) {
    const wrong = {
      not_null: ["integer NOT NULL", "(NULL)"],
      unique: ["integer UNIQUE", "(1), (1)"],
      primary_key: ["integer PRIMARY KEY", "(1), (1)"],
      foreign_key: [`integer REFERENCES ${adapter.quote(schemaName)}.parent (id)`, "(1)"],
      check: ["integer CHECK (a > 5)", "(1)"],
    } as const;
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.parent (id integer PRIMARY KEY)`);
      for (const name of Object.keys(wrong) as (keyof typeof wrong)[]) {
        const [column, values] = wrong[name];
        const accepted = await takes(session.execute(`CREATE TABLE ${schema}.${name} (a ${column})`));
        const broken =
          accepted && (await takes(session.execute(`INSERT INTO ${schema}.${name} VALUES ${values}`)));
        const found = accepted ? (broken ? "accepted" : "enforced") : "unsupported";
        assert.deepEqual([name, adapter.capabilities.constraints[name]], [name, found]);
      }
    });
  },

  async "capability comments is true"({ warehouse, schema, adapter }: OpenEngine) {
    const { relation, column } = adapter.capabilities.comments;
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      assert.equal(await takes(session.execute(`COMMENT ON TABLE ${schema}.t IS 'x'`)), relation);
      assert.equal(await takes(session.execute(`COMMENT ON COLUMN ${schema}.t.a IS 'x'`)), column);
    });
  },

  async "capability materializedViews is true"({ warehouse, schema, adapter }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      const created = takes(session.execute(`CREATE MATERIALIZED VIEW ${schema}.m AS SELECT 1 AS a`));
      assert.equal(await created, adapter.capabilities.materializedViews);
    });
  },

  async "capability grants is true"({ warehouse, schema, adapter, otherRole = "other" }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      const granted = takes(session.execute(`GRANT SELECT ON ${schema}.t TO ${adapter.quote(otherRole)}`));
      assert.equal(await granted, adapter.capabilities.grants);
    });
  },

  async "capability maxIdentifierBytes is true"({
    warehouse,
    schema,
    schemaName,
    database,
    adapter,
  }: OpenEngine) {
    const limit = adapter.capabilities.maxIdentifierBytes;
    const longest = limit === Number.POSITIVE_INFINITY ? 5000 : limit;
    const create = (length: number) => (session: Session) =>
      session.execute(`CREATE TABLE ${schema}.${adapter.quote("x".repeat(length))} (a integer)`);
    await warehouse.withSession("s", create(longest));
    const listed = async () =>
      (await warehouse.listRelations([{ database, schema: schemaName }])).map(
        ({ identifier }) => identifier?.length,
      );
    assert.deepEqual(await listed(), [longest]);
    if (limit === Number.POSITIVE_INFINITY) return;
    // The engine cuts it to the name that is there, or refuses it.
    await failure(warehouse.withSession("s", create(longest + 1)));
    assert.deepEqual(await listed(), [longest]);
  },

  async "capability subqueryAlias is true"({ warehouse, adapter }: OpenEngine) {
    // Engines of which only newer versions need no name say that all do.
    if (adapter.capabilities.subqueryAlias) return;
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute("SELECT * FROM (SELECT 1 AS a)"),
    );
    assert.deepEqual(rows, [[1]]);
  },

  async "capability sharedWrites is true"({ project, adapter }: OpenEngine) {
    // Without it, another process waits for this one: that is tried where two build at once.
    if (!adapter.capabilities.sharedWrites) return;
    const shop = project({ "models/m.sql": model("materialized='table'", "select 1 as id") });
    const ended = await shop.look(() => shop.start("run").ended);
    assert.deepEqual([ended.code, await shop.kinds()], [0, { m: "table" }]);
  },

  async "capability transactions is true"({ warehouse, schema, adapter }: OpenEngine) {
    const kept = await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      await session.begin();
      await session.execute(`INSERT INTO ${schema}.t VALUES (1)`);
      await session.rollback();
      // In a transaction of its own: some engines commit with a table what came before it.
      await session.begin();
      await session.execute(`CREATE TABLE ${schema}.u (a integer)`);
      await session.rollback();
      const { rows } = await session.execute(`SELECT count(*) FROM ${schema}.t`);
      return { rows: rows[0]?.[0], table: await takes(session.execute(`SELECT * FROM ${schema}.u`)) };
    });
    const found = kept.rows !== 0 ? "none" : kept.table ? "dml" : "ddl";
    assert.equal(found, adapter.capabilities.transactions);
  },
};
