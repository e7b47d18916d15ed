// A Postgres that goes away in the middle of a build, one that lets nobody in, and what it does with the statements of a
// client that was killed. These wait more than they compute, so all wait at once.

import pg from "pg";
import { describe, expect, type TestContext, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { query } from "../postgres/project.ts";
import { startProxy } from "../postgres/proxy.ts";
import type { Running } from "./etl-process.ts";
import { FaultProject } from "./fault-project.ts";

const LONG = Boolean(process.env.ETL_TEST_LONG);

interface Lab {
  readonly server: PostgresServer;
  readonly project: FaultProject;
}

/** A server and a project on it, built once; both are gone after the test. */
async function startLab(
  { onTestFinished }: TestContext,
  settings: Readonly<Record<string, string>> = {},
): Promise<Lab> {
  const server = await startPostgres({ settings });
  const project = new FaultProject(server, "shop", { threads: 4 });
  onTestFinished(async () => {
    project.remove();
    await server.stop();
  });
  await project.build();
  return { server, project };
}

/** False also while the server starts again. */
async function runs(server: PostgresServer, pid: number): Promise<boolean> {
  const found = await query(server, `select 1 from pg_stat_activity where pid = ${pid}`).catch(() => []);
  return found.length > 0;
}

/** False while the server starts again. */
function answers(server: PostgresServer): Promise<boolean> {
  return query(server, "select 1").then(
    () => true,
    () => false,
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Takes all connections that the server has; gives them back when called. */
async function takeAllConnections(server: PostgresServer): Promise<() => Promise<unknown>> {
  const held: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ ...server });
    client.on("error", () => {});
    try {
      await client.connect();
      held.push(client);
    } catch {
      return () => Promise.all(held.map((one) => one.end()));
    }
  }
}

/** Two seconds, and what a busy machine adds; every wait that is not cut short takes far longer. */
const SOON_MS = 6000;

/** Interrupts a run and waits for its end. @returns how long that took */
async function interrupt({ child, ended }: Running): Promise<number> {
  const since = performance.now();
  child.kill("SIGINT");
  const { code, output } = await ended;
  expect(code, output).toBe(2);
  expect(output).toContain("interrupted");
  return performance.now() - since;
}

describe.concurrent("a server", { timeout: 300_000 }, () => {
  test.for(LONG ? (["fast", "crash"] as const) : (["crash"] as const))(
    "is restarted (%s): the run goes on",
    async (how, context) => {
      const { server, project } = await startLab(context);
      const running = project.start({ sleep: 3 });
      await project.slowStatement();
      await server.shutDown(how);
      await pause(1000);
      await server.startAgain();
      const { ended } = await project.expectTrue(running);
      expect(ended.code, ended.output).toBe(0);
      expect(ended.output).toMatch(/slow: attempt 1 failed for a passing reason/);
    },
  );

  test("is ended by a statement: it is not tried a third time, and the rest is built", async (context) => {
    const { server, project } = await startLab(context);
    // As long as the statement that ends the server, which is not to be taken for it.
    project.addTests(1);
    const running = project.start({ sleep: 10 });
    for (let time = 0; time < 2; time++) {
      const pid = await project.slowStatement();
      process.kill(pid, "SIGKILL");
      await context.expect.poll(() => runs(server, pid), { timeout: 30_000 }).toBe(false);
    }
    await running.ended;
    await context.expect.poll(() => answers(server), { timeout: 30_000 }).toBe(true);
    const { ended, statuses } = await project.expectTrue(running);
    expect(statuses, ended.output).toMatchObject({
      slow: "error",
      adds: "skipped",
      last: "skipped",
      seen: "success",
      alone_0: "pass",
    });
    expect(ended.output).toMatch(
      /error\[sql-error\]: model "slow": the connection was lost 2 times while this statement ran[\s\S]*help: it probably ends the server's process/,
    );
    await project.expectRerunCompletes();
  });

  test("is gone for good: after a few nodes the rest is skipped with that reason", async (context) => {
    const { server, project } = await startLab(context);
    project.addTests(40);
    const running = project.start({ sleep: 30 });
    await project.slowStatement();
    await server.shutDown("fast");
    await running.ended;
    await server.startAgain();
    const { ended, statuses } = await project.expectTrue(running);
    expect(ended.output).toMatch(/error\[connection-lost\]: model "slow": no PostgreSQL answers at 127/);
    expect(ended.output).toMatch(/help: when the server is back, etl retry goes on with what is left/);
    // Those that had begun, on four threads.
    expect(Object.values(statuses).filter((status) => status === "error").length).toBeLessThanOrEqual(4);
    expect(ended.output.match(/skip .*the warehouse cannot be reached/g)?.length).toBeGreaterThan(25);
    await project.expectRerunCompletes();
  });

  test("is gone, and the run is interrupted while it waits for it", async (context) => {
    const { server, project } = await startLab(context);
    const running = project.start({ sleep: 30 }, ["--history"]);
    await project.slowStatement();
    await server.shutDown("fast");
    await running.says(/slow: attempt 1 failed for a passing reason/);
    const milliseconds = await interrupt(running);
    expect(milliseconds).toBeLessThan(SOON_MS);
    await server.startAgain();
    await project.expectRerunCompletes();
  });

  test("is silent, and the run is interrupted", async (context) => {
    const server = await startPostgres();
    const proxy = await startProxy(server);
    const far = { threads: 4, port: proxy.port, sslmode: "disable" };
    const project = new FaultProject(server, "shop", far);
    context.onTestFinished(async () => {
      project.remove();
      await proxy.close();
      await server.stop();
    });
    await project.build();
    const running = project.start({ sleep: 30 }, ["--history"]);
    await project.slowStatement();
    proxy.isSilent = true;
    const milliseconds = await interrupt(running);
    expect(milliseconds).toBeLessThan(SOON_MS);
    proxy.isSilent = false;
    // As the server's own keepalive does in the end; until then it holds what the lost client had locked.
    await query(
      server,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'etl'",
    );
    await project.expectRerunCompletes();
  });

  test("is full: a run that begins waits for some seconds, then says so", async (context) => {
    const settings = { max_connections: "8", superuser_reserved_connections: "0" };
    const { server, project } = await startLab(context, settings);
    const free = await takeAllConnections(server);
    const refused = project.start();
    await refused.ended;
    await free();
    const { output } = await project.expectRefused(refused);
    expect(output).toMatch(/the server takes no more connections[\s\S]*help: close other programs/);
    await project.expectRerunCompletes();

    const freeAgain = await takeAllConnections(server);
    const waiting = project.start();
    await pause(1500);
    await freeAgain();
    expect((await project.expectTrue(waiting)).ended.code).toBe(0);
  });

  test("ends what a killed client ran, and gives up its locks", async (context) => {
    const { server, project } = await startLab(context);
    const running = project.start({ sleep: 300 });
    const pid = await project.slowStatement();
    running.child.kill("SIGKILL");
    await running.ended;
    const processes = () => query(server, `select pid from pg_stat_activity where pid = ${pid}`);
    await context.expect.poll(processes, { timeout: 30_000, interval: 300 }).toEqual([]);
    await project.expectRerunCompletes();
  });
});
