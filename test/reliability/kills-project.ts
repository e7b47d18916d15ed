// The project that is killed: every materialization, changed in every relation by a second build. What its relations and
// files hold is read as one comparable text each, from a copy, so that the next build meets the file as the kill left it.

import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Ended, runEtl } from "./etl-process.ts";
import { queryWarehouse, readWarehouse } from "./warehouse-state.ts";

export const first = ["build", "--vars", "batch: 1"];
export const second = ["build", "--vars", "batch: 2"];

/** Relation, batch ("main.microbatch 2024") or file to a fingerprint. */
export type State = ReadonlyMap<string, string>;

/** Relations that no build replaces: the hooks' own table, and batches are compared one by one. */
const apart = new Set(["main.run_log", "main.microbatch"]);

export class KillsProject {
  /** @param lab a folder for copies of the project */
  private constructor(
    private readonly lab: string,
    readonly before: State,
    readonly after: State,
    /** How long an undisturbed second build takes, in milliseconds. */
    readonly calmMs: number,
    /** How many statements it runs. */
    readonly statements: number,
  ) {}

  /** Builds the project twice. */
  static async build(lab: string): Promise<KillsProject> {
    const built = join(lab, "built");
    cpSync(join(import.meta.dirname, "fixture"), built, { recursive: true });
    expectDone(await runEtl(built, first));
    const before = await readState(built);
    cpSync(join(import.meta.dirname, "fixture-second"), built, { recursive: true });

    const calm = join(lab, "calm");
    cpSync(built, calm, { recursive: true });
    const since = performance.now();
    expectDone(await runEtl(calm, second));
    const milliseconds = performance.now() - since;
    const after = await readState(calm);
    const again = await runEtl(calm, [...second, "--log-level", "debug"]);
    expectDone(again);
    return new KillsProject(lab, before, after, milliseconds, statementsIn(again.output));
  }

  /** A new copy of the project after its first build, with the changed seeds of the second one. */
  layOut(name: string): string {
    const folder = join(this.lab, name);
    cpSync(join(this.lab, "built"), folder, { recursive: true });
    return folder;
  }

  /** Everything as before or after its node, never between. */
  async expectBeforeOrAfter(folder: string): Promise<void> {
    const { before, after } = this;
    const state = await readState(folder);
    const names = new Set([...before.keys(), ...after.keys(), ...state.keys()]);
    const between = [...names].filter(
      (name) => state.get(name) !== before.get(name) && state.get(name) !== after.get(name),
    );
    expect(between, "neither as before nor as after").toEqual([]);
    await this.expectHooksWithTheirNodes(folder, state);
    expectWholeArtifacts(folder);
  }

  /** The same command again completes the work, and leaves nothing else. */
  async expectRerunCompletes(folder: string): Promise<void> {
    expectDone(await runEtl(folder, second));
    expect([...(await readState(folder))].sort()).toEqual([...this.after].sort());
  }

  /** The row that a hook writes within the transaction of its model is there exactly for the models that are as after. */
  private async expectHooksWithTheirNodes(folder: string, state: State): Promise<void> {
    const logged = await queryCopy(
      folder,
      "select distinct node from main.run_log where batch = 2 order by 1",
    );
    // Views on files have one definition; a model of batches has many transactions; seeds have no such hook.
    const seeds = new Set(["main.right_hand", "main.codes", "main.changing", "main.renamed_two"]);
    const told = [...this.after.keys()].filter(
      (name) =>
        /^main\.\w+$/.test(name) &&
        !name.startsWith("main.history") &&
        !seeds.has(name) &&
        this.before.get(name) !== this.after.get(name),
    );
    const published = told.filter((name) => state.get(name) === this.after.get(name));
    expect(logged.map(([node]) => `main.${node}`).filter((name) => told.includes(name))).toEqual(
      published.sort(),
    );
  }
}

function expectDone({ code, output }: Ended): void {
  expect(code, output).toBe(0);
}

/** How many statements a debug log tells of. */
export function statementsIn(output: string): number {
  return output.match(/: \d+\.\d ms/g)?.length ?? 0;
}

async function readState(folder: string): Promise<State> {
  const copy = copyOfDatabase(folder);
  const state = new Map([...(await readWarehouse(copy))].filter(([name]) => !apart.has(name)));
  const batches = await queryWarehouse(
    copy,
    "select year(event_at), count(*), sum(hash(id, batch)::hugeint) from main.microbatch group by 1",
  );
  for (const [year, ...content] of batches) state.set(`main.microbatch ${year}`, content.join(" "));
  for (const name of readdirSync(join(folder, "out"))) {
    if (!/\.(csv|parquet)$/.test(name) || name.startsWith("tmp_")) continue;
    const path = join(folder, "out", name).replaceAll("'", "''");
    const [content] = await queryWarehouse(
      ":memory:",
      `select count(*), sum(hash(id, batch, filler)::hugeint) from '${path}'`,
    );
    state.set(`out/${name}`, (content ?? []).join(" "));
  }
  return state;
}

async function queryCopy(folder: string, sql: string): Promise<string[][]> {
  return queryWarehouse(copyOfDatabase(folder), sql);
}

function copyOfDatabase(folder: string): string {
  const copies = join(folder, "copy");
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies);
  for (const name of ["kills.duckdb", "kills.duckdb.wal"])
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copies, name));
  return join(copies, "kills.duckdb");
}

/** Every JSON file below target/ can be read. */
export function expectWholeArtifacts(folder: string): void {
  const target = join(folder, "target");
  if (!existsSync(target)) return;
  for (const name of readdirSync(target))
    if (name.endsWith(".json")) JSON.parse(readFileSync(join(target, name), "utf8"));
}
