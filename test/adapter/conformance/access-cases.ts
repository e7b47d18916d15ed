// What is kept about relations beside their rows: comments, rights.

import assert from "node:assert/strict";
import type { OpenEngine } from "./engine.ts";
import { model } from "./materialization-cases.ts";

const documented = (name: string): string => `  - name: ${name}
    description: "it's 'all' of \\"them\\": ü; $$ {{ '{{' }}"
    config: {persist_docs: {relation: true, columns: true}}
    columns: [{name: id, description: "the key's \\\\ meaning"}, {name: Odd Name, quote: true, description: odd}]
`;

export const accessCases = {
  async "descriptions become comments and stay when it is built again"({ project, adapter }: OpenEngine) {
    const sql = `select 1 as id, 2 as ${adapter.quote("Odd Name")}, 3 as other`;
    const shop = project({
      "models/a_table.sql": model("materialized='table'", sql),
      "models/a_view.sql": sql,
      "models/an_increment.sql": model("materialized='incremental'", sql),
      "models/m.yml": `models:\n${documented("a_table")}${documented("a_view")}${documented("an_increment")}`,
    });
    for (let i = 0; i < 2; i++) {
      await shop.succeeds("run");
      const found = (await shop.catalog()).map(({ relation, comment, columns }) => [
        relation.identifier,
        comment,
        ...columns.map((column) => column.comment),
      ]);
      const texts = [`it's 'all' of "them": ü; $$ {{`, "the key's \\ meaning", "odd", null];
      assert.deepEqual(
        found,
        ["a_table", "a_view", "an_increment"].map((name) => [name, ...texts]),
      );
    }
  },

  async "rights are granted, kept and taken back"({ project, otherRole = "other" }: OpenEngine) {
    const shop = project({
      "models/t.sql": model("materialized='table'", "select 1 as id"),
      "models/v.sql": "select 1 as id",
      "models/i.sql": model("materialized='incremental'", "select 1 as id"),
      "seeds/s.csv": "id\n1\n",
      "dbt_project.yml": `name: shop
profile: conformance
models: {+grants: {select: "{{ var('to') }}"}}
seeds: {+grants: {select: "{{ var('to') }}"}}
`,
    });
    const granted = () =>
      shop.rows(
        `select table_name, grantee, privilege_type from information_schema.role_table_grants
         where table_schema = '${shop.schemaName}' and grantee = '${otherRole}' order by 1`,
      );
    const all = ["i", "s", "t", "v"].map((name) => [name, otherRole, "SELECT"]);
    for (let i = 0; i < 2; i++) {
      await shop.succeeds("build", { vars: { to: [otherRole] } });
      assert.deepEqual(await granted(), all);
    }
    await shop.succeeds("build", { vars: { to: [] } });
    assert.deepEqual(await granted(), []);
  },
};
