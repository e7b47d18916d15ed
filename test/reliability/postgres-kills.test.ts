// Kills on PostgreSQL, over every materialization: each relation is as before or as after its node, none is missing, the
// server ends what the dead client ran, and the same command again completes the work.

import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { startEtl } from "./etl-process.ts";
import { PostgresKills } from "./postgres-kills.ts";

const long = process.env.ETL_TEST_LONG === "1";

let server: PostgresServer;
let project: PostgresKills;

beforeAll(async () => {
  server = await startPostgres();
  project = await PostgresKills.build(server);
}, 300_000);

afterAll(async () => {
  project?.remove();
  await server?.stop();
});

/** Numbers between 0 and 1, spread over the run; the same in every run. */
const moments = (count: number): number[] =>
  Array.from({ length: count }, (_, round) => Math.round(((round * 0.618 + 0.11) % 1) * 1000) / 1000);

test("the two builds differ in every relation", () => {
  expect([...project.before.keys()].sort()).toEqual([...project.after.keys()].sort());
  const same = [...project.after].filter(([name, print]) => project.before.get(name) === print);
  expect(same.map(([name]) => name)).toEqual([]);
  expect(project.after.size).toBe(11);
});

test.each(moments(long ? 150 : 4))(
  "killed after %f of its statements",
  async (moment) => {
    const round = await project.layOut();
    const last = Math.ceil(moment * project.statements);
    const running = startEtl(round.folder, ["build", "--log-level", "debug"], round.env);
    await running.says({ test: (output) => project.statementsIn(output) >= last });
    running.child.kill("SIGKILL");
    await running.ended;
    await project.expectBeforeOrAfter(round);
    await project.expectRerunCompletes(round);
    rmSync(round.folder, { recursive: true });
  },
  300_000,
);
