// Seeds as nodes of a project. What can be wrong with a file is in csv-cases.ts.

import assert from "node:assert/strict";
import { statuses } from "./case-project.ts";
import type { OpenEngine } from "./engine.ts";

export const seedCases = {
  async "a seed is loaded, loaded again, and refreshed with other columns"({ project }: OpenEngine) {
    const shop = project({
      "seeds/s.csv": "id,name\n1,a\n2,ü '\"\n",
      "models/reader.sql": "select id from {{ ref('s') }}",
    });
    await shop.succeeds("build");
    await shop.succeeds("seed");
    assert.deepEqual(await shop.rows("select id, name from {s} order by id"), [
      [1, "a"],
      [2, "ü '\""],
    ]);
    shop.write({ "seeds/s.csv": "id,other\n7,1.5\n" });
    await shop.succeeds("seed", { flags: { full_refresh: true } });
    assert.deepEqual(await shop.rows("select id, other from {s}"), [[7, 1.5]]);
    assert.deepEqual(await shop.rows("select id from {reader}"), [[7]]);
  },

  async "a bad row is told and the old rows stay"({ project, adapter }: OpenEngine) {
    const shop = project({
      "seeds/s.csv": "id,n\n1,1\n",
      "seeds/s.yml": `seeds: [{name: s, config: {column_types: {n: ${adapter.types.names.integer}}}}]\n`,
    });
    await shop.succeeds("seed");
    for (const [bad, told] of [
      ["id,n\n1,1\n2,x\n", /'x'/],
      ["id,n\n1,1\n2,2,2\n", /3 values/],
      ['id,n\n1,"2\n', /quote/],
    ] as const) {
      shop.write({ "seeds/s.csv": bad });
      for (const flags of [{}, { full_refresh: true }]) {
        const report = await shop.run("seed", { flags });
        assert.deepEqual(statuses(report), { s: "error" });
        const [diagnostic] = report.results[0]?.diagnostics ?? [];
        assert.match(diagnostic?.message ?? "", told);
        assert.match(diagnostic?.place?.file ?? "", /^seeds[/\\]s\.csv$/);
        assert.deepEqual(await shop.rows("select id, n from {s}"), [[1, 1]]);
      }
    }
  },

  async "types of columns are found and may be given"({ project, adapter }: OpenEngine) {
    const shop = project({
      "seeds/s.csv":
        "i,big,f,d,at,yes,t,zip\n1,5000000000,1.5,2024-02-29,2024-02-29 10:11:12,true,word,00501\n,,,,,,,\n",
      "seeds/s.yml": `seeds: [{name: s, config: {column_types: {zip: ${adapter.types.names.string}}}}]\n`,
    });
    await shop.succeeds("seed");
    assert.deepEqual(await shop.rows("select * from {s} where i is not null"), [
      [1, 5_000_000_000, 1.5, "2024-02-29", "2024-02-29 10:11:12", true, "word", "00501"],
    ]);
    assert.deepEqual(await shop.rows("select count(*), count(big), count(d), count(yes) from {s}"), [
      [2, 1, 1, 1],
    ]);
  },

  async "a file with a header only makes an empty table"({ project }: OpenEngine) {
    const shop = project({ "seeds/s.csv": "id,name\n" });
    await shop.succeeds("seed");
    assert.deepEqual(await shop.rows("select * from {s}"), []);
  },
};
