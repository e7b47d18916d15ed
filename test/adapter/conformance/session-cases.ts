// Statements, transactions, errors, cancelling, several sessions at once.

import assert from "node:assert/strict";
import type { Session } from "../../../src/adapter/adapter.ts";
import { DatabaseError } from "../../../src/adapter/database-error.ts";
import { assertIncludes, failure, pause } from "./asserts.ts";
import type { OpenEngine } from "./engine.ts";

async function count(session: Session, table: string): Promise<unknown> {
  return (await session.execute(`SELECT count(*) FROM ${table}`)).rows[0]?.[0];
}

/** Does a transaction again as long as the adapter says that it may be, as the runner does. */
async function repeated(session: Session, transaction: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.facts.retry !== "transaction" || attempt > 5)
        throw error;
      await session.rollback();
    }
  }
}

export const sessionCases = {
  async "the last of several statements gives the result"({ warehouse, schema }: OpenEngine) {
    const result = await warehouse.withSession("s", (session) =>
      session.execute(
        `CREATE TABLE ${schema}.t (a integer); INSERT INTO ${schema}.t VALUES (1), (2);\n-- the end; of it\nSELECT a FROM ${schema}.t ORDER BY a;`,
      ),
    );
    assert.deepEqual(
      result.columns.map(({ name }) => name),
      ["a"],
    );
    assert.deepEqual(result.rows, [[1], [2]]);
  },

  async "a text without a statement does nothing"({ warehouse }: OpenEngine) {
    for (const sql of ["", "  \n", "-- only a comment", "/* a */ ; ;"]) {
      assert.deepEqual((await warehouse.withSession("s", (session) => session.execute(sql))).rows, []);
    }
  },

  async "affected rows are told"({ warehouse, schema, numbers }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      assert.equal((await session.execute(`INSERT INTO ${schema}.t ${numbers(7)}`)).affected, 7);
      assert.equal((await session.execute(`DELETE FROM ${schema}.t WHERE a < 3`)).affected, 3);
      assert.equal(
        (await session.execute(`CREATE TABLE ${schema}.u AS SELECT * FROM ${schema}.t`)).affected,
        4,
      );
    });
  },

  async "a limit reads no more than that, and the session goes on"({ warehouse, numbers }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      const { rows } = await session.execute(numbers(5_000_000), { limit: 3 });
      assert.equal(rows.length, 3);
      assert.deepEqual((await session.execute("SELECT 1 AS one")).rows, [[1]]);
    });
  },

  async "rows need not be fetched"({ warehouse, numbers }: OpenEngine) {
    const result = await warehouse.withSession("s", (session) =>
      session.execute(numbers(10), { fetch: false }),
    );
    assert.deepEqual(result.rows, []);
    assert.equal(result.columns.length, 1);
  },

  async "a rollback undoes tables and rows"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.kept (a integer)`);
      await session.begin();
      assert.equal(session.inTransaction, true);
      await session.execute(`INSERT INTO ${schema}.kept VALUES (1); CREATE TABLE ${schema}.gone (a integer)`);
      await session.rollback();
      assert.equal(session.inTransaction, false);
      assert.equal(await count(session, `${schema}.kept`), 0);
      await failure(session.execute(`SELECT * FROM ${schema}.gone`));
    });
  },

  async "a commit is seen by other sessions, work before it is not"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("one", (one) =>
      warehouse.withSession("two", async (two) => {
        await one.execute(`CREATE TABLE ${schema}.t (a integer)`);
        await one.begin();
        await one.execute(`INSERT INTO ${schema}.t VALUES (1)`);
        assert.equal(await count(two, `${schema}.t`), 0);
        await one.commit();
        assert.equal(await count(two, `${schema}.t`), 1);
      }),
    );
  },

  async "transactions in SQL text are followed"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`BEGIN; CREATE TABLE ${schema}.t (a integer)`);
      assert.equal(session.inTransaction, true);
      await session.execute("/* done */ COMMIT");
      assert.equal(session.inTransaction, false);
    });
  },

  async "a session left in a transaction is rolled back"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.begin();
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
    });
    await failure(warehouse.withSession("s", (session) => session.execute(`SELECT * FROM ${schema}.t`)));
  },

  async "a commit after a failed statement fails and keeps nothing"({
    warehouse,
    schema,
    failing,
  }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      await session.begin();
      await session.execute(`INSERT INTO ${schema}.t VALUES (1)`);
      await failure(session.execute(failing));
      await failure(session.commit());
      assert.equal(session.inTransaction, false);
      assert.equal(await count(session, `${schema}.t`), 0);
    });
  },

  async "a missing column is told with its position and code"({
    warehouse,
    schema,
    missingColumnCode,
  }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (amount integer)`);
      const sql = `SELECT 'é😀' AS x;\nSELECT amont FROM ${schema}.t`;
      const { facts, sql: sent } = await failure(session.execute(sql));
      assert.equal(sent, sql);
      assertIncludes(facts, {
        kind: "permanent",
        retry: "never",
        code: missingColumnCode,
        position: sql.indexOf("amont"),
      });
      assert.match(facts.message, /amont/i);
      assert.doesNotMatch(facts.message, /LINE|\{/);
    });
  },

  async "a syntax error is told with its position"({ warehouse }: OpenEngine) {
    const sql = "SELECT 1;\nSELECT 2 FORM x y";
    const { facts } = await failure(warehouse.withSession("s", (session) => session.execute(sql)));
    assertIncludes(facts, { kind: "permanent", retry: "never" });
    assert.match(facts.message, /syntax error at or near/);
    assert.ok(Number(facts.position) > 10);
  },

  async "a syntax error in a single statement is told the same way"({ warehouse }: OpenEngine) {
    const sql = "SELECT 2 FORM x y";
    const { facts } = await failure(warehouse.withSession("s", (session) => session.execute(sql)));
    assertIncludes(facts, { kind: "permanent", retry: "never" });
    assert.match(facts.message, /^syntax error at or near/);
    assert.ok(Number(facts.position) > 8);
  },

  async "a violated constraint is permanent"({ warehouse, schema }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.execute(
        `CREATE TABLE ${schema}.t (a integer PRIMARY KEY); INSERT INTO ${schema}.t VALUES (1)`,
      );
      const { facts } = await failure(session.execute(`INSERT INTO ${schema}.t VALUES (1)`));
      assertIncludes(facts, { kind: "permanent", retry: "never" });
    });
  },

  async "losing against another transaction is transient: do the transaction again"({
    warehouse,
    schema,
  }: OpenEngine) {
    const table = `${schema}.t`;
    await warehouse.withSession("one", (one) =>
      warehouse.withSession("two", async (two) => {
        await one.execute(
          `CREATE TABLE ${table} (id integer, a integer); INSERT INTO ${table} VALUES (1, 0), (2, 0)`,
        );
        const update = (session: Session, id: number) =>
          session.execute(`UPDATE ${table} SET a = a + 1 WHERE id = ${id}`);
        // Each changes what the other one changes next: engines that wait for each other's rows meet a deadlock.
        const both = (session: Session, first: number, second: number) => async () => {
          await session.begin();
          await update(session, first);
          await pause(50);
          await update(session, second);
          await session.commit();
        };
        const ended = await Promise.all(
          [both(one, 1, 2), both(two, 2, 1)].map((work) =>
            work().then(
              () => undefined,
              (error: unknown) => error,
            ),
          ),
        );
        const losers = ended.filter((error) => error !== undefined);
        assert.ok(losers.length > 0);
        for (const error of losers) {
          if (!(error instanceof DatabaseError)) throw error;
          assertIncludes(error.facts, { kind: "transient", retry: "transaction" });
        }
        await one.rollback();
        await two.rollback();
        await both(two, 2, 1)();
      }),
    );
  },

  async "a running statement is cancelled, the session goes on"({ warehouse, endless, adapter }: OpenEngine) {
    assert.ok(adapter.capabilities.cancel, "the adapter says that it cannot cancel");
    await warehouse.withSession("s", async (session) => {
      await session.cancel();
      const running = failure(session.execute(endless));
      await pause(60);
      await session.cancel();
      assertIncludes((await running).facts, { kind: "cancelled", retry: "never" });
      assert.deepEqual((await session.execute("SELECT 1 AS one")).rows, [[1]]);
    });
  },

  async "a statement is cancelled even before it has started"({ warehouse, endless }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      const running = failure(session.execute(`SELECT 1; SELECT 2; ${endless}`));
      await session.cancel();
      assert.equal((await running).facts.kind, "cancelled");
    });
  },

  async "cancelling reaches one session only"({ warehouse, endless, numbers }: OpenEngine) {
    await warehouse.withSession("one", (one) =>
      warehouse.withSession("two", async (two) => {
        const stopped = failure(one.execute(endless));
        const kept = two.execute(`SELECT count(*) FROM (${numbers(3_000_000)}) AS q`);
        await pause(20);
        await one.cancel();
        assert.equal((await stopped).facts.kind, "cancelled");
        assert.deepEqual((await kept).rows, [[3_000_000]]);
      }),
    );
  },

  async "a cancelled transaction keeps nothing"({
    warehouse,
    schema,
    schemaName,
    database,
    endless,
  }: OpenEngine) {
    await warehouse.withSession("s", async (session) => {
      await session.begin();
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      const running = failure(session.execute(`CREATE TABLE ${schema}.u AS ${endless}`));
      await pause(60);
      await session.cancel();
      await running;
      await failure(session.commit());
    });
    const relations = await warehouse.listRelations([{ database, schema: schemaName }]);
    assert.deepEqual(relations, []);
  },

  async "four sessions build and swap tables at once"({ warehouse, schema, numbers }: OpenEngine) {
    const swap = async (session: Session, name: string, rows: number): Promise<void> => {
      await session.begin();
      await session.execute(`CREATE TABLE ${schema}.${name}__tmp AS ${numbers(rows)}`);
      await session.execute(`ALTER TABLE ${schema}.${name} RENAME TO ${name}__backup`);
      await session.execute(`ALTER TABLE ${schema}.${name}__tmp RENAME TO ${name}`);
      await session.execute(`DROP TABLE ${schema}.${name}__backup`);
      await session.commit();
    };
    await Promise.all(
      ["a", "b", "c", "d"].map((name) =>
        warehouse.withSession(name, async (session) => {
          await session.execute(`CREATE TABLE ${schema}.${name} AS ${numbers(1)}`);
          for (let round = 1; round <= 8; round++) await swap(session, name, round * 10);
          assert.equal(await count(session, `${schema}.${name}`), 80);
        }),
      ),
    );
  },

  async "four sessions create the same schema at once, or are told to do it again"({
    warehouse,
    schemaName,
    database,
    adapter,
  }: OpenEngine) {
    const name = adapter.quote(`${schemaName}_made`);
    await Promise.all(
      ["a", "b", "c", "d"].map((id) =>
        warehouse.withSession(id, async (session) => {
          await repeated(session, async () => {
            await session.begin();
            await session.execute(`CREATE SCHEMA IF NOT EXISTS ${name}`);
            await session.execute(`CREATE TABLE ${name}.${id} (x integer)`);
            await session.commit();
          });
        }),
      ),
    );
    const relations = await warehouse.listRelations([{ database, schema: `${schemaName}_made` }]);
    assert.deepEqual(
      relations.map(({ identifier }) => identifier),
      ["a", "b", "c", "d"],
    );
  },

  async "nothing of a session is left to the next"({ warehouse }: OpenEngine) {
    await warehouse.withSession("s", (session) =>
      session.execute("CREATE TEMPORARY TABLE etl_left_behind (a integer)"),
    );
    await failure(warehouse.withSession("s", (session) => session.execute("SELECT * FROM etl_left_behind")));
  },

  async "closing cancels what runs and refuses what comes"({ open, endless }: OpenEngine) {
    const warehouse = await open();
    const running = failure(warehouse.withSession("s", (session) => session.execute(endless)));
    await pause(60);
    await warehouse.close();
    await warehouse.close();
    assert.equal((await running).facts.kind, "cancelled");
    await failure(warehouse.withSession("s", (session) => session.execute("SELECT 1")));
  },

  async "a session that is asked for in time is not lent after the end"({ open }: OpenEngine) {
    const warehouse = await open();
    let isClosed = false;
    let isLate = false;
    const asked = warehouse.withSession("s", async () => {
      isLate = isClosed;
    });
    await warehouse.close();
    isClosed = true;
    await asked.catch(() => undefined);
    assert.equal(isLate, false);
  },
};
