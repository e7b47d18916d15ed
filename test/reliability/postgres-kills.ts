// The project that is killed on PostgreSQL: every materialization and strategy, changed in every relation by a second
// build. Each round works in a copy of the database as the first build left it.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import type { PostgresServer } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query } from "../postgres/project.ts";
import { runEtl } from "./etl-process.ts";
import { expectWholeArtifacts } from "./kills-project.ts";

/** Relation to a fingerprint of its columns and rows; of a microbatch model each batch by itself. */
type State = ReadonlyMap<string, string>;

export interface Round {
  readonly folder: string;
  readonly database: string;
  readonly env: Readonly<Record<string, string>>;
}

const EVENTS = "{{ ref('events') }}";
const incremental = (config: string) =>
  `{{ config(materialized='incremental', ${config}) }} select * from ${EVENTS}`;

const FILES: Readonly<Record<string, string>> = {
  "dbt_project.yml": "name: kills\nprofile: kills\nflags: {history: true}\n",
  "models/events.sql": `{{ config(materialized='table', event_time='event_at') }}
select g as id, (select max(batch) from {{ ref('codes') }}) as batch,
  timestamp '2024-06-01' + g % 2 * interval '1 year' as event_at
from generate_series(1, 4000) as g`,
  // What is built already is not added again, so that a rerun after its COMMIT changes nothing.
  "models/appended.sql": `${incremental("incremental_strategy='append'")}
{% if is_incremental() %} where batch > (select max(batch) from {{ this }}) {% endif %}`,
  "models/replaced.sql": incremental("incremental_strategy='delete+insert', unique_key='id'"),
  "models/merged.sql": incremental("incremental_strategy='merge', unique_key='id'"),
  "models/batches.sql": incremental(
    "incremental_strategy='microbatch', unique_key='id', event_time='event_at', begin='2024-01-01', batch_size='year', lookback=3",
  ),
  "models/sized.sql": `{{ config(materialized='table', indexes=[{'columns': ['id']}]) }} select * from ${EVENTS}`,
  "models/shown.sql": "select batch, count(*) as n from {{ ref('sized') }} group by batch",
  "models/kept.sql": `{{ config(materialized='materialized_view') }} select batch, count(*) as n from ${EVENTS} group by batch`,
  "snapshots/past.yml":
    "snapshots: [{name: past, relation: ref('events'), config: {strategy: check, check_cols: [batch], unique_key: id}}]\n",
  "models/tests.yml":
    "models: [{name: sized, config: {audit: true}, columns: [{name: id, data_tests: [unique, not_null]}]}]\n",
};

export class PostgresKills {
  #rounds = 0;

  private constructor(
    private readonly server: PostgresServer,
    private readonly lab: string,
    readonly before: State,
    readonly after: State,
    /** How many statements an undisturbed second build runs. */
    readonly statements: number,
  ) {}

  /** Builds the project twice. */
  static async build(server: PostgresServer): Promise<PostgresKills> {
    const lab = mkdtempSync(join(tmpdir(), "etl-postgres-kills-"));
    const built = join(lab, "built");
    const output = {
      ...settingsOf(server),
      dbname: "{{ env_var('KILLS_DATABASE') }}",
      schema: "main",
      threads: 2,
    };
    const profiles = JSON.stringify({ kills: { target: "dev", outputs: { dev: output } } });
    writeFiles(built, { ...FILES, "profiles.yml": profiles, "seeds/codes.csv": "batch\n1\n" });
    await query(server, "create database kills_before");
    await expectBuilt(built, "kills_before");
    const before = await stateOf(server, "kills_before");
    writeFiles(built, { "seeds/codes.csv": "batch\n2\n" });
    await query(server, "create database kills_after template kills_before");
    const calm = join(lab, "calm");
    cpSync(built, calm, { recursive: true });
    const output2 = await expectBuilt(calm, "kills_after");
    const after = await stateOf(server, "kills_after");
    return new PostgresKills(server, lab, before, after, count(output2));
  }

  statementsIn(output: string): number {
    return count(output);
  }

  /** A copy of project and database after the first build, with the seed of the second one. */
  async layOut(): Promise<Round> {
    const name = `kills_${++this.#rounds}`;
    const folder = join(this.lab, name);
    cpSync(join(this.lab, "built"), folder, { recursive: true });
    await query(this.server, `create database ${name} template kills_before`);
    return { folder, database: name, env: { KILLS_DATABASE: name } };
  }

  /** Every relation as before or after its node, once the server has ended what the dead client ran. */
  async expectBeforeOrAfter({ folder, database }: Round): Promise<void> {
    await this.#expectServerIsQuiet(database);
    const state = await stateOf(this.server, database);
    const wrong = [...new Set([...this.before.keys(), ...state.keys()])].filter(
      (name) => state.get(name) !== this.before.get(name) && state.get(name) !== this.after.get(name),
    );
    expect(wrong.map((name) => `${name}: ${state.get(name)}`)).toEqual([]);
    expectWholeArtifacts(folder);
  }

  /** The same command again completes the work. Drops the database. */
  async expectRerunCompletes({ folder, database }: Round): Promise<void> {
    await expectBuilt(folder, database);
    expect([...(await stateOf(this.server, database))].sort()).toEqual([...this.after].sort());
    await query(this.server, `drop database ${database} with (force)`);
  }

  remove(): void {
    rmSync(this.lab, { recursive: true, force: true });
  }

  async #expectServerIsQuiet(database: string): Promise<void> {
    const busy = `select count(*)::int from pg_stat_activity where datname = '${database}' and backend_type = 'client backend'`;
    for (const until = Date.now() + 30_000; ; ) {
      const [row] = await query(this.server, busy);
      if (row?.[0] === 0) return;
      expect(Date.now(), "the server still works for the dead client").toBeLessThan(until);
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

async function expectBuilt(folder: string, database: string): Promise<string> {
  const { code, output } = await runEtl(folder, ["build", "--log-level", "debug"], {
    KILLS_DATABASE: database,
  });
  expect(code, output).toBe(0);
  return output;
}

/** How many statements a debug log tells of. */
function count(output: string): number {
  return output.match(/: \d+\.\d ms/g)?.length ?? 0;
}

/** All that the schema holds, so that what is left over is seen, too; without the moments of snapshots. */
async function stateOf(server: PostgresServer, database: string): Promise<State> {
  const on = { ...server, database };
  const state = new Map<string, string>();
  const relations = await query(
    on,
    `select c.relname, c.relkind::text,
       array_to_string(array_agg(a.attname::text order by a.attnum) filter (where a.attname !~ '^dbt_(scd_id|updated_at|valid_from|valid_to)$'), ', '),
       bool_or(a.attname = 'dbt_valid_to')
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where n.nspname = 'main' and c.relkind in ('r', 'v', 'm') and not a.attisdropped
     group by 1, 2`,
  );
  for (const [name, kind, columns, isSnapshot] of relations) {
    const row = `row(${columns}${isSnapshot ? ", dbt_valid_to is null" : ""})::text`;
    const parts = name === "batches" ? "extract(year from event_at)::text" : "''";
    const found = await query(
      on,
      `select ${parts}, count(*)::int, coalesce(md5(string_agg(${row}, '|' order by ${row})), '') from main.${name} group by 1`,
    );
    for (const [part, rows, print] of found)
      state.set(`${name} ${part}`.trim(), `${kind} (${columns}) ${rows} ${print}`);
    if (found.length === 0) state.set(String(name), `${kind} (${columns}) without rows`);
  }
  return state;
}
