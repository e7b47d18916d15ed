// Statements that Postgres ends: every run comes to its end and says what to do, nodes are as before or as after, and the
// same command again completes the work.

import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { query } from "../postgres/project.ts";
import { startProxy } from "../postgres/proxy.ts";
import { openFolder, serverUser } from "../postgres/unprivileged.ts";
import { type Fault, FaultProject } from "./fault-project.ts";

const LONG = Boolean(process.env.ETL_TEST_LONG);

let server: PostgresServer;
let project: FaultProject;

beforeAll(async () => {
  server = await startPostgres({ settings: { deadlock_timeout: "100ms" } });
  await query(server, "create table one (n int); create table two (n int); insert into one values (0)");
  project = new FaultProject(server, "shop");
  await project.build();
});
afterAll(async () => {
  project?.remove();
  await server?.stop();
});

/** A connection of somebody else. */
async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ ...server });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** The node met the fault for good: it and what reads it are told, the rest is built. */
function expectLost({ statuses }: Fault, ...notBuilt: readonly string[]): void {
  const others = notBuilt.length > 0 ? notBuilt : ["adds", "last"];
  for (const [name, status] of Object.entries(statuses)) {
    const expected = name === "slow" ? "error" : others.includes(name) ? "skipped" : "success";
    expect(status, name).toBe(expected);
  }
}

/** The fault was met and nobody needs to know. */
function expectRecovered({ ended, statuses }: Fault): void {
  expect(ended.code, ended.output).toBe(0);
  expect(new Set(Object.values(statuses))).toEqual(new Set(["success"]));
}

describe("a profile that is wrong: nothing is run", () => {
  const profiles: readonly [string, Readonly<Record<string, string | number>>, RegExp][] = [
    [
      "password",
      { password: "opensesame" },
      /the password of "etl" is wrong[\s\S]*help: correct the password/,
    ],
    ["port", { port: 1, retries: 0 }, /no PostgreSQL answers at 127.0.0.1:1[\s\S]*help: start the server/],
    ["host", { host: "nowhere.invalid", retries: 0 }, /host "nowhere.invalid" is not known[\s\S]*help: /],
    ["database", { dbname: "postgre" }, /there is no database "postgre"[\s\S]*did you mean "postgres"/],
    ["role", { role: "nobody" }, /there is no role "nobody"[\s\S]*help: correct it/],
    ["sslmode", { sslmode: "require" }, /has no TLS, and sslmode is require[\s\S]*help: write sslmode/],
  ];

  test.each(LONG ? profiles : profiles.slice(0, 2))("%s", async (_, settings, words) => {
    const wrong = new FaultProject(server, "wrong", settings);
    try {
      const { output } = await wrong.expectRefused(wrong.start());
      expect(output).toMatch(words);
      expect(output).not.toContain("opensesame");
    } finally {
      wrong.remove();
    }
  });
});

describe("passing faults: the node is run again as a whole", () => {
  test("its server process is ended", async () => {
    const running = project.start({ sleep: 1 });
    await query(server, `select pg_terminate_backend(${await project.slowStatement()})`);
    const fault = await project.expectTrue(running);
    expectRecovered(fault);
    expect(fault.ended.output).toMatch(
      /slow: attempt 1 failed .* terminating connection due to administrator/,
    );
  });

  test("a deadlock", async () => {
    const other = await connected();
    await other.query("set deadlock_timeout = '60s'; begin; lock table two");
    const running = project.start({ before: "lock table one; select pg_sleep(0.5); lock table two" });
    await project.slowStatement();
    await other.query("lock table one; commit");
    await other.end();
    expectRecovered(await project.expectTrue(running));
  });

  test("a conflict of two serializable transactions", async () => {
    const running = project.start({
      before:
        "set transaction isolation level serializable; select n from one; select pg_sleep(0.5); update one set n = n + 10",
    });
    await project.slowStatement();
    await query(server, "update one set n = n + 1");
    expectRecovered(await project.expectTrue(running));
    expect(await query(server, "select n from one")).toEqual([[11]]);
  });
});

describe("the network breaks", () => {
  test.each([
    ["between two statements", "far_between", "create  table", "break before"],
    ["before the server hears of a COMMIT", "far_before", "COMMIT", "break before"],
    ["after the server heard of a COMMIT", "far_after", "COMMIT", "break after"],
  ] as const)("%s: each batch is there once", async (_, schema, words, verdict) => {
    const proxy = await startProxy(server);
    const far = new FaultProject(server, schema, { port: proxy.port, sslmode: "disable", threads: 1 });
    try {
      let met = 0;
      // Every second time, thrice: each statement gets through when it is repeated.
      proxy.judge = (text) => (text.includes(words) && met++ % 2 === 0 && met < 6 ? verdict : "forward");
      expectRecovered(await far.expectTrue(far.start()));
      expect(met).toBeGreaterThanOrEqual(6);
    } finally {
      far.remove();
      await proxy.close();
    }
  });
});

describe("limits and rights", () => {
  test("a lock that is not given in time", async () => {
    const other = await connected();
    await other.query("begin; lock table one");
    const fault = await project.expectTrue(
      project.start({ before: "set local lock_timeout = '20ms'; lock table one" }),
    );
    await other.end();
    expectLost(fault);
    expect(fault.ended.output).toMatch(
      /error\[sql-error\]: model "slow": canceling statement due to lock timeout[\s\S]*help: another session holds the lock/,
    );
    await project.expectRerunCompletes();
  });

  test.runIf(LONG)("statement_timeout", async () => {
    const fault = await project.expectTrue(
      project.start({ sleep: 20, before: "set local statement_timeout = '50ms'" }),
    );
    expectLost(fault);
    expect(fault.ended.output).toMatch(/due to statement timeout[\s\S]*help: statement_timeout of the role/);
    await project.expectRerunCompletes();
  });

  test("a server that is read-only", async () => {
    await query(server, "alter system set default_transaction_read_only = on");
    await query(server, "select pg_reload_conf()");
    try {
      const running = project.start();
      await running.ended;
      const { statuses, ended } = await project.expectTrue(running);
      expect(statuses.codes).toBe("error");
      expect(ended.output).toMatch(/in a read-only transaction[\s\S]*help: /);
    } finally {
      await query(server, "alter system reset default_transaction_read_only");
      await query(server, "select pg_reload_conf()");
    }
    await project.expectRerunCompletes();
  });

  test("rights that the role lacks: to a schema, to a table, to a sequence", async () => {
    await query(
      server,
      `create role guest login password 'guest-password'; grant create on database postgres to guest;
       create sequence numbers; create schema walled`,
    );
    const guest = { user: "guest", password: "guest-password" };
    const walled = new FaultProject(server, "walled", guest);
    const faults: readonly [string, RegExp][] = [
      ["select * from public.one", /permission denied for table one[\s\S]*help: .*grant/],
      ["select nextval('public.numbers')", /permission denied for sequence numbers[\s\S]*help: .*grant/],
    ];
    try {
      const refused = await walled.expectTrue(walled.start());
      expect(refused.statuses.codes).toBe("error");
      expect(refused.ended.output).toMatch(/permission denied for schema walled[\s\S]*help: .*grant/);
      await query(server, "grant create, usage on schema walled to guest");
      await walled.expectRerunCompletes();
      for (const [before, words] of LONG ? faults : faults.slice(1)) {
        const fault = await walled.expectTrue(walled.start({ before }));
        expectLost(fault);
        expect(fault.ended.output).toMatch(words);
        expect(fault.ended.output).not.toContain("guest-password");
        await walled.expectRerunCompletes();
      }
    } finally {
      walled.remove();
    }
  });
});

describe("no room", () => {
  const fill =
    "create temporary table filling as select g, repeat('x', 600) as x from generate_series(1, 100000) as g";
  const disk = mountSmallDisk();
  afterAll(() => disk?.unmount());

  test.skipIf(disk === undefined)("on the disk of a tablespace (needs root)", async () => {
    await query(server, `create tablespace small location '${disk?.folder}'`);
    const before = `set local temp_tablespaces = 'small'; ${fill}`;
    const fault = await project.expectTrue(project.start({ before }));
    expectLost(fault);
    expect(fault.ended.output).toMatch(/No space left on device[\s\S]*help: the server's disk is full/);
    await project.expectRerunCompletes();
    await query(server, "drop tablespace small");
  });

  test.skipIf(process.platform === "win32" || (disk && !LONG))(
    "for a file of the server to grow",
    async () => {
      const small = await startPostgres({ maxFileBlocks: 40_000 });
      const full = new FaultProject(small, "shop");
      try {
        const fault = await full.expectTrue(full.start({ before: fill }));
        expectLost(fault);
        expect(fault.ended.output).toMatch(/could not extend file[\s\S]*help: /);
        await full.expectRerunCompletes();
      } finally {
        full.remove();
        await small.stop();
      }
    },
  );
});

/** A disk of 8 MB; undefined where none can be mounted. */
function mountSmallDisk(): { readonly folder: string; unmount(): void } | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const mounted = mkdtempSync(join(openFolder(), "etl-small-disk-"));
  const run = (...command: readonly string[]): boolean =>
    spawnSync(command[0] as string, command.slice(1)).status === 0;
  const remove = (): void => rmSync(mounted, { recursive: true, force: true });
  if (!run("mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", mounted)) {
    remove();
    return undefined;
  }
  const folder = join(mounted, "space");
  mkdirSync(folder);
  const user = serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  return {
    folder,
    unmount: () => {
      run("umount", mounted);
      remove();
    },
  };
}
