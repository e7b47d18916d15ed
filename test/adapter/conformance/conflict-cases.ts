// Nodes that lose against another transaction: run again, and what they did is there once.

import assert from "node:assert/strict";
import type { Session } from "../../../src/adapter/adapter.ts";
import { pause } from "./asserts.ts";
import { type CaseProject, troubles } from "./case-project.ts";
import type { OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

/**
 * Runs the project while another session works; `when` a statement with this text has ended, it is told to finish.
 * @returns the statements of the project that were refused
 */
async function against(
  shop: CaseProject,
  when: string,
  begin: (session: Session) => Promise<unknown>,
  finish: (session: Session) => Promise<unknown>,
): Promise<readonly string[]> {
  const refused: string[] = [];
  await shop.look((warehouse) =>
    warehouse.withSession("other", async (session) => {
      await begin(session);
      let finished: Promise<unknown> | undefined;
      const report = await shop.run("run", {
        onEvent(event) {
          if (event.kind !== "statement") return;
          if (event.error !== undefined) refused.push(event.sql);
          if (event.sql.includes(when)) finished ??= pause(30).then(() => finish(session));
        },
      });
      await finished;
      assert.equal(troubles(report), "");
    }),
  );
  return refused;
}

const start = (...tables: string[]): string => `name: shop
profile: conformance
on-run-start:
${tables.map((name) => `  - create table if not exists {{ target.schema }}.${name} (n integer)\n`).join("")}`;

export const conflictCases = {
  async "a node that loses against another transaction is run again"({ project }: OpenEngine) {
    const shop = project({
      "dbt_project.yml": start("counter"),
      "models/first.sql": model("materialized='table'", "select 1 as n"),
    });
    await shop.succeeds("run");
    await shop.execute("insert into {counter} values (0)");
    shop.write({
      "models/first.sql": null,
      "models/m.sql": model(
        `materialized='table', pre_hook=["select 12345", "update {{ target.schema }}.counter set n = n + 1"]`,
        "select n from {{ target.schema }}.counter",
      ),
    });
    await against(
      shop,
      "12345",
      async (session) => {
        await session.begin();
        await session.execute(`update ${shop.relation("counter")} set n = n + 1`);
      },
      (session) => session.commit(),
    );
    assert.deepEqual(await shop.rows("select c.n, m.n from {counter} c, {m} m"), [[2, 2]]);
  },

  async "a node whose COMMIT loses against another transaction is run again"({ project }: OpenEngine) {
    const shop = project({
      "dbt_project.yml": start("a", "b"),
      "models/m.sql": model(
        `materialized='table', pre_hook='set transaction isolation level serializable',
         post_hook=["insert into {{ target.schema }}.b values (12345)", "select pg_sleep(0.5)"]`,
        "select count(*) as n from {{ target.schema }}.a",
      ),
    });
    await shop.succeeds("run");
    await shop.execute("delete from {b}");
    // Each reads what the other one writes: no order of the two gives what they saw.
    const refused = await against(
      shop,
      "12345",
      async (session) => {
        await session.begin();
        await session.execute("set transaction isolation level serializable");
        await session.execute(`select count(*) from ${shop.relation("b")}`);
      },
      async (session) => {
        await session.execute(`insert into ${shop.relation("a")} values (1)`);
        await session.commit();
      },
    );
    assert.deepEqual(refused, ["COMMIT"]);
    assert.deepEqual(await shop.rows("select m.n, (select count(*) from {b}) from {m} m"), [[1, 1]]);
  },
};
