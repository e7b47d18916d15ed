// Opening the warehouse: what a profile may leave to the environment, and what is said when the server cannot be reached or
// does not let us in. A password is never said.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeRelation } from "../../src/adapter/relation.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { nodeWarnings } from "../adapter/node-warnings.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { credentialsOf, open, plainHost, said, settingsOf } from "./open.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ settings: { max_connections: "6", superuser_reserved_connections: "0" } });
  const warehouse = await open(settingsOf(server));
  await warehouse.withSession("set up", async (session) => {
    await session.execute("create database analytics");
    await session.execute("create role reporter; create role outsider login password 'pass2'");
    await session.execute("revoke connect on database analytics from public");
  });
  await warehouse.close();
});
afterAll(() => server.stop());

/** Without what differs from run to run. */
async function told(change: Record<string, string | number>): Promise<string> {
  const text = await said({ ...settingsOf(server), ...change });
  return text.replaceAll(String(server.port), "PORT");
}

describe("what cannot be reached is told with the key to blame", () => {
  test("a port where nobody listens", async () => {
    expect(await said({ ...settingsOf(server), port: 1, retries: 0 })).toMatchInlineSnapshot(`
      "connection-failed at port: no PostgreSQL answers at 127.0.0.1:1: the connection is refused
        help: start the server, or correct host and port"
    `);
  });

  test("a host that does not exist", async () => {
    expect(await told({ host: "nowhere.invalid", retries: 0 })).toMatchInlineSnapshot(`
      "connection-failed at host: the host "nowhere.invalid" is not known
        help: correct its name, or connect to its network"
    `);
  });

  test("a socket that does not exist", async () => {
    expect(await told({ host: "/nowhere", retries: 0 })).toMatchInlineSnapshot(`
      "connection-failed at host: there is no socket /nowhere/.s.PGSQL.PORT
        help: start the server, or correct the folder"
    `);
  });

  test("a password that is wrong", async () => {
    expect(await told({ password: "opensesame" })).toMatchInlineSnapshot(`
      "connection-failed at password: the password of "etl" is wrong, or there is no such user (password authentication failed for user "etl")
        help: correct the password, or user"
    `);
  });

  test("a user that does not exist", async () => {
    expect(await told({ user: "nobody" })).toMatchInlineSnapshot(`
      "connection-failed at password: the password of "nobody" is wrong, or there is no such user (password authentication failed for user "nobody")
        help: correct the password, or user"
    `);
  });

  test("a database that does not exist, with the nearest", async () => {
    expect(await told({ dbname: "analytic" })).toMatchInlineSnapshot(`
      "connection-failed at dbname: there is no database "analytic" at 127.0.0.1:PORT (database "analytic" does not exist)
        help: did you mean "analytics"?"
    `);
    expect(await told({ dbname: "xyz" })).toMatchInlineSnapshot(`
      "connection-failed at dbname: there is no database "xyz" at 127.0.0.1:PORT (database "xyz" does not exist)
        help: create it: create database "xyz""
    `);
  });

  test("a database that the user may not enter", async () => {
    expect(await told({ user: "outsider", password: "pass2", dbname: "analytics" })).toMatchInlineSnapshot(`
      "connection-failed at user: "outsider" lacks a permission (permission denied for database "analytics")
        help: grant connect on database "analytics" to "outsider""
    `);
  });

  test("a role that does not exist, and one that the user does not have", async () => {
    expect(await told({ role: "reporters" })).toMatchInlineSnapshot(`
      "connection-failed at role: there is no role "reporters" (role "reporters" does not exist)
        help: correct it, or remove the line"
    `);
    expect(await told({ user: "outsider", password: "pass2", role: "reporter" })).toMatchInlineSnapshot(`
      "connection-failed at role: "outsider" lacks a permission (permission denied to set role "reporter")
        help: grant reporter to "outsider""
    `);
  });

  test("a server without TLS where TLS is asked for", async () => {
    expect(await told({ sslmode: "require" })).toMatchInlineSnapshot(`
      "connection-failed at sslmode: 127.0.0.1:PORT has no TLS, and sslmode is require
        help: write sslmode: prefer, or switch TLS on at the server"
    `);
    expect(await told({ sslmode: "verify-full" })).toMatchInlineSnapshot(`
      "connection-failed at sslmode: sslmode verify-full needs the certificate of the authority that signed the server's, and "/nowhere/.postgresql/root.crt" does not exist
        help: name its file as sslrootcert, or write sslrootcert: system for an authority that everybody trusts"
    `);
    expect(await told({ sslmode: "required" })).toMatchInlineSnapshot(`
      "profile-value at sslmode: "required" is not an sslmode
        help: did you mean "require"?"
    `);
  });

  test("what a profile lacks, all at once", async () => {
    expect(await said({ type: "postgres" })).toMatchInlineSnapshot(`
      "profile-value at type: target "dev" of profile "shop" has no "dbname"
        help: write dbname: analytics, or set PGDATABASE
      profile-value at type: target "dev" of profile "shop" has no "host"
        help: write host: localhost, or set PGHOST
      profile-value at type: target "dev" of profile "shop" has no "user"
        help: write user: name, or set PGUSER
      profile-value at type: target "dev" of profile "shop" has no "schema"
        help: write schema: the schema that models are built in"
    `);
    expect(await told({ port: 70000, pass: "x" })).toMatchInlineSnapshot(`
      "profile-value at port: "port" is not a port number: ports are numbers up to 65535
      profile-value at pass: "password" and "pass" mean the same
        help: keep one of them"
    `);
  });
});

test("a server that is full is waited for, and told when it stays full", { timeout: 40_000 }, async () => {
  const holder = await open(settingsOf(server));
  const others: Promise<void>[] = [];
  let free = (): void => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  let lent = 0;
  for (let i = 0; i < 6; i++)
    others.push(
      holder.withSession("hold", async () => {
        lent++;
        await held;
      }),
    );
  await expect.poll(() => lent).toBe(6);
  const waiting = open(settingsOf(server));
  await new Promise((resolve) => setTimeout(resolve, 300));
  free();
  await Promise.all(others);
  await holder.close();
  await (await waiting).close();
});

// In rounds: who came while all connections changed hands took itself to be alone, and waited for the server to have room.
test("sessions share what a full server gives", { timeout: 40_000 }, async () => {
  const warehouse = await open(settingsOf(server));
  try {
    for (let round = 0; round < 8; round++) {
      const work = Array.from({ length: 15 }, (_, i) =>
        warehouse.withSession(
          `s${i}`,
          async (session) => (await session.execute(`select ${i}, pg_sleep(0.02)::text`)).rows[0]?.[0],
        ),
      );
      expect(await Promise.all(work)).toEqual(Array.from({ length: 15 }, (_, i) => i));
    }
  } finally {
    await warehouse.close();
  }
});

test("many sessions that connect at once give Node nothing to warn of", async () => {
  const warehouse = await open(settingsOf(server));
  const lend = (i: number): Promise<unknown> => warehouse.withSession(`s${i}`, async () => {});
  expect(await nodeWarnings(() => Promise.all(Array.from({ length: 15 }, (_, i) => lend(i))))).toEqual([]);
  await warehouse.close();
});

describe("a server that does not answer", () => {
  const mute = createServer();
  beforeAll(() => new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve)));
  afterAll(() => mute.close());
  const port = (): number => (mute.address() as AddressInfo).port;

  test("is told after connect_timeout", async () => {
    const text = await said({ ...settingsOf(server), port: port(), connect_timeout: 1, retries: 0 });
    expect(text.replace(String(port()), "PORT")).toMatchInlineSnapshot(`
      "connection-failed at host: 127.0.0.1:PORT does not answer within 1 s
        help: is it the right host, and does a firewall let you through? connect_timeout sets the seconds"
    `);
  });

  test("does not keep ctrl-C waiting", async () => {
    const stop = new AbortController();
    const opening = said({ ...settingsOf(server), port: port() }, plainHost({ signal: stop.signal }));
    setTimeout(() => stop.abort(), 100);
    expect(await opening).toMatch(/^connection-failed at host: the wait for .* was interrupted$/);
  });
});

test("a server that takes a connection and ends it in one breath is asked again", async () => {
  const message = (type: string, body: string): string => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return `${type}${length.toString("latin1")}${body}`;
  };
  const breath = [
    message("R", "\0\0\0\0"),
    message("K", "\0\0\0\u0001\0\0\0\u0001"),
    message("Z", "I"),
    message("E", "SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"),
  ].join("");
  let asked = 0;
  const stopping = createServer((client) => {
    asked += 1;
    if (asked === 1) return void client.once("data", () => client.end(breath, "latin1"));
    client.pipe(connect(server.port, server.host)).pipe(client);
  });
  await new Promise<void>((resolve) => stopping.listen(0, "127.0.0.1", resolve));
  const { port } = stopping.address() as AddressInfo;
  expect(await said({ ...settingsOf(server), port, sslmode: "disable" })).toBe("opened");
  expect(asked).toBeGreaterThan(1);
  stopping.close();
});

test("libpq's variables fill what a profile leaves out", async () => {
  const { host, port, user, password, database } = server;
  const env = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
  };
  expect(await said({ type: "postgres", schema: "public" }, plainHost({ env }))).toBe("opened");
});

test("a password that nobody gave is looked up in ~/.pgpass, and is a secret, too", async () => {
  const home = mkdtempSync(join(tmpdir(), "etl-pgpass-"));
  const { port, user, password } = server;
  const lines = [
    "# a comment",
    `elsewhere:*:*:${user}:wrong`,
    `127.0.0.1:${port}:*:${user}:${password}`,
    "*:*:*:*:wrong",
    "",
  ];
  writeFileSync(join(home, ".pgpass"), lines.join("\n"), { mode: 0o600 });
  const host = plainHost({
    env: { HOME: home, USERPROFILE: home, PGPASSFILE: join(home, ".pgpass") },
  });
  const { password: _, ...without } = settingsOf(server);
  expect(await said(without, host)).toBe("opened");
  expect(credentialsOf(without, host).secrets).toEqual([password]);
  expect(await said(without)).toMatchInlineSnapshot(`
    "connection-failed at user: the server asks for a password of "etl", and there is none
      help: write password: "{{ env_var('DBT_ENV_SECRET_PASSWORD') }}", set PGPASSWORD, or add a line to ~/.pgpass"
  `);
  rmSync(home, { recursive: true });
});

test("templates see the profile without its password", () => {
  const credentials = credentialsOf({ ...settingsOf(server), search_path: "a, b" });
  expect(JSON.stringify(credentials.visible)).not.toContain(server.password);
  expect(credentials.visible).toMatchObject({
    dbname: server.database,
    database: server.database,
    search_path: "a, b",
  });
  expect(credentials.secrets).toEqual([server.password]);
});

test("no error shows the password, nested causes included", async () => {
  const error = await open({ ...settingsOf(server), password: "opensesame" }).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(EtlError);
  expect(inspect(error, { depth: 10 })).not.toContain("opensesame");
});

test("sessions have the role and the search path of the profile, after another session changed them too", async () => {
  const warehouse = await open({
    ...settingsOf(server),
    role: "reporter",
    search_path: '"$user", pg_catalog',
  });
  const look = () =>
    warehouse.withSession("look", async (session) => {
      const { rows } = await session.execute(
        "select current_user, current_setting('search_path'), current_setting('client_connection_check_interval')",
      );
      await session.execute(
        "set search_path = nowhere; set role none; set client_connection_check_interval = 0",
      );
      return rows[0];
    });
  const expected = ["reporter", '"$user", pg_catalog', "5s"];
  expect(await look()).toEqual(expected);
  expect(await look()).toEqual(expected);
  await warehouse.close();
});

test("a schema of another database has nothing to list", async () => {
  const warehouse = await open(settingsOf(server));
  const other = makeRelation({ database: "elsewhere", schema: "public" });
  expect(await warehouse.listRelations([other])).toEqual([]);
  expect(await warehouse.listSchemas("elsewhere")).toEqual([]);
  await warehouse.close();
});
