// A project on a Postgres that is about to fail: every build moves each relation from one batch to the next, so what the
// relations hold tells whether a node was published, once, or not at all.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import type { PostgresServer } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query } from "../postgres/project.ts";
import { type Ended, type Running, runEtl, startEtl } from "./etl-process.ts";

/** Node to its status in run_results.json. */
export type Statuses = Readonly<Record<string, string>>;

/** Relations by name; the nodes have the same names. A relation that does not exist is absent. */
type Batches = Readonly<Record<string, readonly number[]>>;

const TABLE = "{{ config(materialized='table') }} ";

const MODELS: Readonly<Record<string, string>> = {
  base: `${TABLE} select batch from {{ ref('codes') }}`,
  // A statement long enough to be met by a fault, and a hook in its transaction that may be one.
  slow: `{{ config(materialized='table', pre_hook=var('before', 'select 1')) }} select batch, pg_sleep({{ var('sleep', 0) }})::text as waited from {{ ref('base') }}`,
  // What was added stays, so a batch that was written twice is seen.
  adds: `{{ config(materialized='incremental') }} select batch from {{ ref('slow') }}
    {% if is_incremental() %} where batch > (select max(batch) from {{ this }}) {% endif %}`,
  last: `${TABLE} select batch from {{ ref('adds') }} order by batch desc limit 1`,
  seen: "select batch from {{ ref('base') }}",
};

export interface Fault {
  readonly ended: Ended;
  readonly statuses: Statuses;
}

export class FaultProject {
  readonly folder = mkdtempSync(join(tmpdir(), "etl-faults-"));
  /** The last batch that was built. */
  #batch = 0;
  /** Nodes that make no relation. */
  readonly #tests: string[] = [];

  /** @param settings of the profile that are not the server's own */
  constructor(
    private readonly server: PostgresServer,
    private readonly schema: string,
    settings: Readonly<Record<string, string | number>> = {},
  ) {
    const output = { ...settingsOf(server), schema, threads: 2, ...settings };
    this.write({
      "dbt_project.yml": "name: shop\nprofile: shop\n",
      "profiles.yml": JSON.stringify({ shop: { target: "dev", outputs: { dev: output } } }),
      ...Object.fromEntries(Object.entries(MODELS).map(([name, sql]) => [`models/${name}.sql`, sql])),
    });
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  /** Adds tests that wait for nothing, and are as slow as the slow node. */
  addTests(count: number): void {
    for (let i = 0; i < count; i++) {
      const wait = "select pg_sleep_for('{{ var('sleep', 0) }}s')::text as waited";
      this.write({ [`tests/alone_${i}.sql`]: `select 1 from (${wait}) as t where waited is null` });
      this.#tests.push(`alone_${i}`);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Begins to build the next batch. */
  start(vars: Readonly<Record<string, string | number>> = {}, args: readonly string[] = []): Running {
    this.#batch++;
    this.write({ "seeds/codes.csv": `batch\n${this.#batch}\n` });
    return startEtl(this.folder, ["build", "--vars", JSON.stringify(vars), ...args]);
  }

  /** Builds the next batch, where nothing is in the way. */
  async build(): Promise<void> {
    await expectDone(this.start().ended);
    expect(await this.batches()).toEqual(this.#after());
  }

  /** Waits until the statement of the slow node runs; gives the number of its server process. */
  async slowStatement(): Promise<number> {
    for (;;) {
      const [row] = await query(
        this.server,
        "select pid from pg_stat_activity where query like '%pg_sleep(%' and state = 'active' and pid <> pg_backend_pid()",
        // The server may be about to start again.
      ).catch(() => []);
      if (row) return Number(row[0]);
      await new Promise((done) => setTimeout(done, 30));
    }
  }

  /**
   * What holds of every run that met a fault, when the server can be asked again: statuses are told for all nodes, and true.
   * @param running as `start` gave it
   */
  async expectTrue(running: Running): Promise<Fault> {
    const ended = await running.ended;
    const { code, output } = ended;
    expect([0, 1], output).toContain(code);
    expectSpokenWell(ended, this.server.password);
    const statuses = this.#statuses();
    const planned = ["codes", ...Object.keys(MODELS), ...this.#tests];
    expect(Object.keys(statuses).sort(), output).toEqual(planned.sort());
    const isDone = Object.values(statuses).every((status) => status === "success" || status === "pass");
    expect(code === 0, output).toBe(isDone);
    await this.#expectBeforeOrAfter(statuses, output);
    return { ended, statuses };
  }

  /** Nothing could be run: exit 2, a sentence, and relations as they were. */
  async expectRefused(running: Running): Promise<Ended> {
    const ended = await running.ended;
    expect(ended.code, ended.output).toBe(2);
    expectSpokenWell(ended, this.server.password);
    expect(await this.batches()).toEqual(this.#before());
    return ended;
  }

  /** The same command again completes the batch. */
  async expectRerunCompletes(): Promise<void> {
    await expectDone(runEtl(this.folder, ["build"]));
    expect(await this.batches()).toEqual(this.#after());
  }

  /** A success is there, all else is as before; a view shows what it reads. */
  async #expectBeforeOrAfter(statuses: Statuses, output: string): Promise<void> {
    const found = await this.batches();
    const after = this.#after();
    for (const [name, status] of Object.entries(statuses)) {
      if (this.#tests.includes(name)) continue;
      const source = name === "seen" ? (statuses.base as string) : status;
      const expected = source === "success" ? after[name] : this.#before()[name];
      expect(found[name], `${name}: ${status}\n${output}`).toEqual(expected);
    }
  }

  async batches(): Promise<Batches> {
    const rows = await query(
      this.server,
      `select relname from pg_class where relnamespace = to_regnamespace('${this.schema}') and relkind in ('r', 'v')`,
    );
    const found: Record<string, number[]> = {};
    for (const [name] of rows) {
      const batches = await query(this.server, `select batch from ${this.schema}.${name} order by 1`);
      found[String(name)] = batches.map(([batch]) => Number(batch));
    }
    return found;
  }

  #before(): Batches {
    return this.#batch === 1 ? {} : contents(this.#batch - 1);
  }

  #after(): Batches {
    return contents(this.#batch);
  }

  #statuses(): Statuses {
    const text = readFileSync(join(this.folder, "target/run_results.json"), "utf8");
    const { results } = JSON.parse(text) as { results: { unique_id: string; status: string }[] };
    return Object.fromEntries(
      results.map(({ unique_id, status }) => [unique_id.split(".").at(-1) as string, status]),
    );
  }
}

function contents(batch: number): Batches {
  const all = Array.from({ length: batch }, (_, i) => i + 1);
  return {
    codes: [batch],
    base: [batch],
    slow: [batch],
    adds: all,
    last: [batch],
    seen: [batch],
  };
}

async function expectDone(run: Promise<Ended>): Promise<void> {
  const { code, output } = await run;
  expect(code, output).toBe(0);
}

/** No password, no stack trace, nothing that only a programmer understands. */
function expectSpokenWell({ output }: Ended, password: string): void {
  expect(output).not.toContain(password);
  expect(output).not.toMatch(
    /^\s+at .*[(:]\d+:\d+\)?$|mistake of its own|AggregateError|\[object|undefined/m,
  );
}
