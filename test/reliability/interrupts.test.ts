// SIGINT and SIGTERM in every phase of a command: it ends soon, with 2, without a stack trace, with true statuses; a second
// signal ends it at once, whatever it computes.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";
import { type Ended, startEtl } from "./etl-process.ts";

/** Longer than any test may take. */
const endless = "select count(*) as n from range(100000000000) as r(i) where hash(i) % 7 = 3";

let lab: string;
let deaf: Server;
let hub: string;
let projects = 0;

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-interrupts-"));
  // Takes questions and never answers.
  deaf = createServer(() => {});
  await new Promise<void>((done) => deaf.listen(0, "127.0.0.1", done));
  hub = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`;
});
afterAll(() => {
  deaf.closeAllConnections();
  deaf.close();
  rmSync(lab, { recursive: true, force: true });
});

function project(files: Readonly<Record<string, string>>): string {
  const folder = join(lab, `project-${++projects}`);
  const all = {
    "dbt_project.yml": "name: long\nversion: '1.0'\nprofile: long\n",
    "profiles.yml": "long: {target: dev, outputs: {dev: {type: duckdb, path: long.duckdb, threads: 2}}}\n",
    ...files,
  };
  writeFiles(folder, all);
  return folder;
}

interface Interrupted extends Ended {
  readonly milliseconds: number;
}

/** Starts a command, sends it signals once it has said something, a moment apart, and waits for its end. */
async function interrupted(
  folder: string,
  args: readonly string[],
  said: RegExp,
  signals: readonly NodeJS.Signals[] = ["SIGINT"],
  pauseMs = 600,
): Promise<Interrupted> {
  const running = startEtl(folder, [...args, "--log-level", "debug"], { DBT_PACKAGE_HUB_URL: hub });
  await running.says(said);
  const since = performance.now();
  for (const signal of signals) {
    // Not right at the line: what it tells of has begun by then.
    await new Promise((done) => setTimeout(done, pauseMs));
    running.child.kill(signal);
  }
  const ended = await running.ended;
  return { ...ended, milliseconds: performance.now() - since };
}

function expectInOrder({ code, signal, output, milliseconds }: Interrupted): void {
  expect(signal).toBeNull();
  expect(code, output).toBe(2);
  expect(milliseconds).toBeLessThan(10_000);
  expect(output).toContain("interrupted");
  expect(output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$|mistake of its own/m);
}

function statuses(folder: string): Record<string, string> {
  const { results } = JSON.parse(readFileSync(join(folder, "target/run_results.json"), "utf8")) as {
    results: readonly { unique_id: string; status: string }[];
  };
  return Object.fromEntries(results.map(({ unique_id, status }) => [unique_id, status]));
}

/** Renders for as long as the limits of templates allow, in as many models. */
function slowTemplates(body: string): Record<string, string> {
  const models = Array.from({ length: 5 }, (_, index) => [
    `models/m${index}.sql`,
    `${body} select ${index} as id`,
  ]);
  return Object.fromEntries(models);
}

describe("while templates compute", () => {
  const bodies: Readonly<Record<string, string>> = {
    loops:
      "{% for a in range(99999) %}{% for b in range(99999) %}{% set c = range(3000) | sum %}{% endfor %}{% endfor %}",
    patterns: `{% for n in range(20) %}{% set found = modules.re.match('(a+)+$', 'a' * 26 ~ 'b') %}{% endfor %}`,
  };

  test.each(Object.keys(bodies))("%s: one signal ends the command in order", async (kind) => {
    const folder = project(slowTemplates(bodies[kind] ?? ""));
    const ended = await interrupted(folder, ["parse"], /etl \d/, ["SIGTERM"], 1500);
    expectInOrder(ended);
    expect(ended.output).toContain("error[interrupted]");
  });

  test.each(Object.keys(bodies))("%s: two end it at once", async (kind) => {
    const folder = project(slowTemplates(bodies[kind] ?? ""));
    const { code, milliseconds } = await interrupted(folder, ["parse"], /etl \d/, ["SIGINT", "SIGINT"]);
    expect(code).not.toBe(0);
    expect(milliseconds).toBeLessThan(1200 + 2000);
  });

  test("in a run the node is no success", async () => {
    const folder = project({
      "models/slow.sql": `{% if execute %}${bodies.loops}{% endif %} select 1 as id`,
      "models/after.sql": "select * from {{ ref('slow') }}",
    });
    expectInOrder(await interrupted(folder, ["run"], /start .*main\.slow/));
    expect(statuses(folder)).toEqual({ "model.long.slow": "error", "model.long.after": "skipped" });
  });
});

describe("while the warehouse works", () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[], RegExp, Record<string, string>]>([
    [
      "on a schema",
      {
        "macros/schema.sql": `{% macro create_schema(relation) %}{{ log('creating') }}{% do run_query("${endless}") %}{% endmacro %}`,
        "models/m.sql": "{{ config(schema='other') }} select 1 as id",
      },
      ["run"],
      /creating/,
      { "model.long.m": "skipped" },
    ],
    [
      "on a hook before the run",
      {
        "dbt_project.yml": `name: long\nversion: '1.0'\nprofile: long\non-run-start: ["{{ log('hooking') if execute }} ${endless}"]\n`,
        "models/m.sql": "select 1 as id",
      },
      ["run"],
      /hooking/,
      { "operation.long.long-on-run-start-0": "error", "model.long.m": "skipped" },
    ],
    [
      "on a hook after the run",
      {
        "dbt_project.yml": `name: long\nversion: '1.0'\nprofile: long\non-run-end: ["${endless}"]\n`,
        "models/m.sql": "select 1 as id",
      },
      ["run"],
      /ok .*main\.m\b/,
      { "operation.long.long-on-run-end-0": "error", "model.long.m": "success" },
    ],
    [
      "on a hook of a model",
      {
        "models/m.sql": `{{ config(materialized='table', pre_hook="${endless}") }} select 1 as id`,
        "models/after.sql": "select * from {{ ref('m') }}",
      },
      ["run"],
      /start .*main\.m\b/,
      { "model.long.m": "error", "model.long.after": "skipped" },
    ],
    [
      "on a test",
      { "tests/slow.sql": endless, "models/m.sql": "select 1 as id" },
      ["build"],
      /start .*slow/,
      { "model.long.m": "success", "test.long.slow": "error" },
    ],
    [
      "on a seed",
      {
        "dbt_project.yml": `name: long\nversion: '1.0'\nprofile: long\nseeds: {+post-hook: "${endless}"}\n`,
        "seeds/codes.csv": `id,label\n${Array.from({ length: 20_000 }, (_, id) => `${id},label ${id}\n`).join("")}`,
        "models/m.sql": "select * from {{ ref('codes') }}",
      },
      ["build"],
      /start .*main\.codes/,
      { "seed.long.codes": "error", "model.long.m": "skipped" },
    ],
    [
      "on a snapshot",
      {
        "snapshots/s.sql": `{% snapshot s %}{{ config(strategy='check', check_cols='all', unique_key='n') }} ${endless}{% endsnapshot %}`,
      },
      ["snapshot"],
      /start .*\.s\b/,
      { "snapshot.long.s": "error" },
    ],
  ])("%s", async (_, files, args, said, expected) => {
    const folder = project(files);
    expectInOrder(await interrupted(folder, args, said, ["SIGTERM"]));
    expect(statuses(folder)).toEqual(expected);
  });

  test("on the freshness of a source", async () => {
    const folder = project({
      "models/s.yml": `sources: [{name: raw, schema: main, tables: [{name: t, config: {loaded_at_query: "${endless}", freshness: {warn_after: {count: 1, period: day}}}}]}]\n`,
    });
    expectInOrder(await interrupted(folder, ["source", "freshness"], /start .*main\.t\b/));
  });

  test("on an operation", async () => {
    const folder = project({
      "macros/op.sql": `{% macro op() %}{{ log('operating') }}{% do run_query("${endless}") %}{% endmacro %}`,
    });
    expectInOrder(await interrupted(folder, ["run-operation", "op"], /operating/));
  });
});

describe("while packages are brought", () => {
  test.each([
    ["from the hub", "package: a/b\n    version: 1.0.0"],
    ["as an archive", "tarball: URLx.tar.gz\n    name: x"],
    ["from git", "git: URLx.git\n    revision: main"],
  ])("%s", async (_, entry) => {
    const folder = project({ "packages.yml": `packages:\n  - ${entry.replace("URL", hub)}\n` });
    expectInOrder(await interrupted(folder, ["deps"], /etl \d/));
  });
});

test("right at the start it ends, by itself or before it could listen", async () => {
  const folder = project({ "models/m.sql": "select 1 as id" });
  for (const wait of [0, 30, 60, 90, 150]) {
    const running = startEtl(folder, ["run"]);
    await new Promise((done) => setTimeout(done, wait));
    running.child.kill("SIGINT");
    const { code, signal, output } = await running.ended;
    // Node itself needs some 40 ms before a program can listen; nothing has begun then.
    if (signal !== null) expect(output).toBe("");
    else expect([0, 2]).toContain(code);
    expect(output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$/m);
  }
});
