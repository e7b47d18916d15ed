// Many runs at once on one schema of PostgreSQL, with somebody who reads all the while: no run fails, every row is there
// exactly once whatever the strategy, and a reader sees the rows of before or of after, never others and never none. dbt
// doubles rows here in every round.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query } from "../postgres/project.ts";
import { runEtl } from "./etl-process.ts";

const long = process.env.ETL_TEST_LONG === "1";
const WRITERS = long ? 8 : 4;
const ROUNDS = long ? 25 : 2;
/** Every so many rounds the relations are made for the first time. */
const FIRST_EVERY = long ? 5 : 2;
const ROWS = 200;

/** Takes what has come since the newest row, as people write it; a moment passes between looking and adding. */
const added = (config: string) => `{{ config(materialized='incremental', ${config}) }}
select id, batch, pg_sleep(0.0005)::text as waited from writers_feed.feed
{% if is_incremental() %} where id > (select coalesce(max(id), 0) from {{ this }}) {% endif %}`;

const MODELS: Readonly<Record<string, string>> = {
  appended: added("incremental_strategy='append'"),
  replaced: added("incremental_strategy='delete+insert', unique_key='id'"),
  merged: added("incremental_strategy='merge', unique_key='id'"),
  rebuilt: "{{ config(materialized='table') }} select id, batch from {{ ref('appended') }}",
  seen: "select id, batch from {{ ref('rebuilt') }}",
};
const NAMES = Object.keys(MODELS);

let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), "etl-writers-"));
  mkdirSync(join(folder, "models"));
  const output = { ...settingsOf(server), schema: "writers", threads: 2 };
  writeFileSync(
    join(folder, "profiles.yml"),
    JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
  );
  for (const [name, sql] of Object.entries(MODELS)) writeFileSync(join(folder, `models/${name}.sql`), sql);
  await query(server, "create schema writers_feed; create table writers_feed.feed (id int, batch int)");
}, 300_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads every relation again and again until it is told to stop; gives what it saw that may not be seen. */
function startReader(allowed: ReadonlySet<string>, mayMiss: boolean): { stop(): Promise<string[]> } {
  const wrong: string[] = [];
  let stopped = false;
  const reading = (async () => {
    const { host, port, user, password, database } = server;
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    while (!stopped) {
      for (const name of NAMES) {
        try {
          const { rows } = await client.query(
            `select count(*)::int as n, count(distinct id)::int as ids from writers.${name}`,
          );
          const seen = `${rows[0].n} of ${rows[0].ids}`;
          if (!allowed.has(seen)) wrong.push(`${name}: ${seen}`);
        } catch (error) {
          if (!mayMiss) wrong.push(`${name}: ${String(error)}`);
        }
      }
      await new Promise((done) => setTimeout(done, 10));
    }
    await client.end();
  })();
  return {
    async stop() {
      stopped = true;
      await reading;
      return wrong;
    },
  };
}

test.each([
  ["without a state", []],
  ["with history", ["--history"]],
])(
  `${WRITERS} writers, ${ROUNDS} rounds, %s`,
  async (_, args) => {
    let before = 0;
    await query(server, "truncate writers_feed.feed; drop schema if exists writers cascade");
    await query(server, "drop schema if exists etl_state cascade");
    writeFileSync(join(folder, "dbt_project.yml"), "name: shop\nprofile: shop\n");
    for (let round = 0; round < ROUNDS; round++) {
      const isFirst = round % FIRST_EVERY === 0;
      if (isFirst) await query(server, "drop schema if exists writers cascade");
      const after = before + ROWS;
      await query(
        server,
        `insert into writers_feed.feed select g, ${round} from generate_series(${before + 1}, ${after}) as g`,
      );
      const reader = startReader(new Set([before, after].map((count) => `${count} of ${count}`)), isFirst);
      const runs = await Promise.all(
        Array.from({ length: WRITERS }, (_unused, i) =>
          runEtl(folder, ["build", ...args, "--target-path", `target-${i}`, "--log-path", `logs-${i}`]),
        ),
      );
      const wrong = await reader.stop();
      for (const { code, output } of runs) expect(code, `round ${round}\n${output}`).toBe(0);
      expect(wrong, `round ${round}`).toEqual([]);
      for (const name of NAMES)
        expect(
          await query(server, `select count(*)::int, count(distinct id)::int from writers.${name}`),
          `round ${round}: ${name}`,
        ).toEqual([[after, after]]);
      before = after;
    }
  },
  long ? 3_600_000 : 300_000,
);
