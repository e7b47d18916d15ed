// Connections that are lost: told as what they are, and repeated where nothing was kept.

import assert from "node:assert/strict";
import { assertIncludes, failure, pause } from "./asserts.ts";
import { statuses } from "./case-project.ts";
import type { OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

/** @throws AssertionError where there is no connection that could be lost, before anything waits for it */
function breaker({ breakConnections }: OpenEngine): () => Promise<void> {
  assert.ok(breakConnections, "there is no connection that could be lost");
  return breakConnections;
}

async function lose(engine: OpenEngine): Promise<void> {
  await breaker(engine)();
  // Until this process has heard of it.
  await pause(100);
}

const lost = { kind: "transient", retry: "reconnect" };

export const connectionCases = {
  async "a connection that is lost while a statement runs is told, the next session works"(
    engine: OpenEngine,
  ) {
    breaker(engine);
    const { warehouse, endless } = engine;
    await warehouse.withSession("s", async (session) => {
      const running = failure(session.execute(endless));
      await pause(100);
      await lose(engine);
      assertIncludes((await running).facts, lost);
      assert.equal(session.inTransaction, false);
    });
    const { rows } = await warehouse.withSession("s", (session) => session.execute("SELECT 1 AS one"));
    assert.deepEqual(rows, [[1]]);
  },

  async "a connection that is lost in a transaction keeps nothing"(engine: OpenEngine) {
    const { warehouse, schema } = engine;
    await warehouse.withSession("s", async (session) => {
      await session.execute(`CREATE TABLE ${schema}.t (a integer)`);
      await session.begin();
      await session.execute(`INSERT INTO ${schema}.t VALUES (1)`);
      await lose(engine);
      assertIncludes((await failure(session.execute(`INSERT INTO ${schema}.t VALUES (2)`))).facts, lost);
      await session.rollback();
    });
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute(`SELECT count(*) FROM ${schema}.t`),
    );
    assert.deepEqual(rows, [[0]]);
  },

  async "connections that are lost while nobody uses them are in nobody's way"(engine: OpenEngine) {
    for (let i = 0; i < 3; i++) {
      const { rows } = await engine.warehouse.withSession("s", (session) =>
        session.execute("SELECT 1 AS one"),
      );
      assert.deepEqual(rows, [[1]]);
      await lose(engine);
    }
  },

  async "a node whose connection is lost is run again"(engine: OpenEngine) {
    breaker(engine);
    const wait = `(select count(*) from {{ target.schema }}.enough) > 0 or {% raw %}${engine.slow}{% endraw %} < 0`;
    const shop = engine.project({
      "dbt_project.yml":
        "name: shop\nprofile: conformance\non-run-start: create table {{ target.schema }}.enough (n integer)\n",
      "models/m.sql": model("materialized='table', pre_hook='select 12345'", `select 1 as n where ${wait}`),
    });
    let broken: Promise<void> | undefined;
    const report = await shop.run("run", {
      onEvent(event) {
        if (event.kind === "statement" && event.sql.includes("12345")) broken ??= breakOnce();
      },
    });
    await broken;
    assert.ok(broken);
    assert.equal(statuses(report).m, "success");
    assert.deepEqual(await shop.rows("select n from {m}"), [[1]]);

    async function breakOnce(): Promise<void> {
      await pause(200);
      await shop.execute("insert into {enough} values (1)");
      await lose(engine);
    }
  },
};
