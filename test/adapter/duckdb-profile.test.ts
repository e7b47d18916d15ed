// Profiles of type duckdb: what is read from them, what is said about mistakes, and that secrets are never repeated.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Setting, Warehouse } from "../../src/adapter/adapter.ts";
import { type Checked, EtlError } from "../../src/base/diagnostic.ts";
import { testHost } from "./test-host.ts";

const folder = mkdtempSync(join(tmpdir(), "etl-duckdb-profile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Read = ReturnType<typeof adapter.credentials>;

function read(settings: Record<string, Setting>): Read {
  const keys = Object.keys(settings);
  const place = (key: string) => ({ file: "profiles.yml", line: keys.indexOf(key) + 10, column: 7 });
  return adapter.credentials(
    {
      profile: "shop",
      target: "dev",
      settings: { type: "duckdb", ...settings },
      place,
      projectFolder: folder,
    },
    testHost(),
  );
}

async function open(settings: Record<string, Setting>): Promise<Warehouse> {
  const { value, diagnostics } = read(settings);
  if (!value) throw new EtlError(diagnostics);
  return adapter.open(value, { threads: 1, host: testHost() });
}

const told = ({ diagnostics }: Checked<unknown>): string[] =>
  diagnostics.map(
    ({ severity, code, place, message, help }) =>
      `${severity}[${code}] ${place?.line}: ${message}${help ? ` (${help})` : ""}`,
  );

describe("a profile", () => {
  test("needs nothing: a database in memory, schema main", () => {
    expect(read({})).toMatchObject({
      value: { database: "memory", schema: "main", secrets: [] },
      diagnostics: [],
    });
    expect(read({}).value?.threads).toBeUndefined();
  });

  test.each([
    ["shop.duckdb", "shop"],
    ["data/My File.db", "My File"],
    ["/abs/x", "x"],
    ["a.b.duckdb", "a"],
    [":memory:", "memory"],
    ["md:sales?motherduck_token=abc", "sales"],
    ["md:", "my_db"],
    ["motherduck:sales", "sales"],
    ["ducklake:meta.ducklake", "meta"],
    ["s3://bucket/folder/things.duckdb", "things"],
  ])("path %s makes database %s", (path, database) => {
    expect(read({ path })).toMatchObject({ value: { database }, diagnostics: [] });
  });

  test("finds relative paths in the project folder", async () => {
    expect(read({ path: "x/y.duckdb" }).value).toMatchObject({ openPath: resolve(folder, "x/y.duckdb") });
    expect(adapter.defaultCredentials?.("shop", folder)).toMatchObject({
      database: "shop",
      openPath: join(folder, "shop.duckdb"),
    });
  });

  test("may name an attached database as its own", () => {
    const attach = [{ path: "other.duckdb", alias: "mart" }];
    expect(read({ path: "a.duckdb", database: "mart", attach })).toMatchObject({
      value: { database: "mart" },
      diagnostics: [],
    });
    expect(told(read({ path: "a.duckdb", database: "b" }))).toEqual([
      'error[profile-value] 11: "database" is "b", but the path "a.duckdb" makes a database named "a" (write database: a, or remove the line)',
    ]);
  });

  test("is told about every mistake at once, with the nearest key", () => {
    const result = read({
      pth: "x",
      threads: "many",
      extensions: "httpfs",
      attach: [{ pat: "x" }, "y.duckdb"],
      settings: [],
      lock_timeout: -1,
      secrets: [{ key_id: "AKIA123456", secret: "hunter2hunter2" }],
    });
    expect(result.value).toBeUndefined();
    expect(told(result).sort()).toMatchInlineSnapshot(`
      [
        "error[profile-value] 11: "threads" of target "dev" of profile "shop" must be a whole number of at least 1, not a text",
        "error[profile-value] 12: "extensions" of target "dev" of profile "shop" must be a list (lines that start with a dash), not a text",
        "error[profile-value] 13: entry 1 of "attach" has no "path" (write - path: other.duckdb)",
        "error[profile-value] 13: entry 2 of "attach" must be a mapping with a path, not a text (write - path: other.duckdb)",
        "error[profile-value] 14: "settings" of target "dev" of profile "shop" must be a mapping of names to values, not a list",
        "error[profile-value] 15: "lock_timeout" of target "dev" of profile "shop" must be a number of at least 0",
        "error[profile-value] 16: entry 1 of "secrets" has no valid "type" (a type is a word such as s3, gcs, azure, r2, http, postgres)",
        "warning[profile-key] 10: "pth" is not a setting of target "dev" of profile "shop" (did you mean "path"?)",
        "warning[profile-key] 13: "pat" is not a key of entry 1 of "attach" (did you mean "path"?)",
      ]
    `);
    expect(JSON.stringify(result.diagnostics)).not.toMatch(/hunter2|AKIA/);
    expect(result.diagnostics.every(({ frame }) => frame === false)).toBe(true);
  });

  test("takes numbers and flags as env_var gives them", () => {
    expect(
      read({ threads: "4", disable_transactions: "true", lock_timeout: "2.5", keep_open: "False" }),
    ).toMatchObject({
      value: { threads: 4, disableTransactions: true, lockTimeoutSeconds: 2.5 },
      diagnostics: [],
    });
  });

  test("says once what needs Python", () => {
    expect(told(read({ plugins: [{ module: "excel" }], module_paths: ["."] }))).toEqual([
      expect.stringMatching(
        /^warning\[profile-value\] 10: "plugins", "module_paths": needs Python and is ignored/,
      ),
    ]);
  });

  test("hides secrets from templates and gives them to be scrubbed", () => {
    const { value } = read({
      path: "md:x?motherduck_token=tok3ntok3n",
      settings: { s3_secret_access_key: "verysecret", s3_region: "eu" },
      config_options: { motherduck_token: "tok3nother" },
      attach: [
        { path: "postgresql://me:pa55word@host/db", type: "postgres" },
        { path: "host=db password='my pass\\'phrase' user=me", type: "postgres" },
      ],
      secrets: [
        { type: "s3", key_id: "AKIA123456", secret: "hunter2hunter2", region: "eu-west-1", scope: "s3://b" },
      ],
    });
    expect(value?.secrets).toEqual(
      expect.arrayContaining([
        "tok3ntok3n",
        "verysecret",
        "tok3nother",
        "pa55word",
        "my pass'phrase",
        "AKIA123456",
        "hunter2hunter2",
      ]),
    );
    expect(value?.secrets).not.toContain("eu-west-1");
    expect(JSON.stringify(value?.visible)).not.toMatch(/tok3n|verysecret|pa55word|phrase|hunter2/);
    expect(value?.visible).toMatchObject({
      attach: [{}, { path: "host=db password=*** user=me" }],
      settings: { s3_region: "eu" },
      external_root: ".",
    });
  });
});

describe("opening", () => {
  test("attaches databases, read-only ones too", async () => {
    const first = await open({ path: "lake.duckdb" });
    await first.withSession("s", (session) => session.execute("CREATE TABLE t AS SELECT 7 AS a"));
    await first.close();
    const attach = [
      { path: "lake.duckdb", read_only: true },
      { path: "odd'name.duckdb", alias: "my alias" },
      { path: ":memory:", alias: "scratch", options: { type: "duckdb" } },
    ];
    const warehouse = await open({ path: "main.duckdb", attach });
    await warehouse.withSession("s", async (session) => {
      expect((await session.execute("SELECT a FROM lake.main.t")).rows).toEqual([[7]]);
      await expect(session.execute("CREATE TABLE lake.main.u (a integer)")).rejects.toThrow(/read-only/);
      await session.execute(
        'CREATE TABLE "my alias".main.t AS SELECT 1 AS a; CREATE TABLE scratch.main.t AS SELECT 1 AS a',
      );
    });
    const relations = await warehouse.listRelations(
      ["lake", "MY ALIAS", "scratch"].map((database) => ({ database, schema: "main" })),
    );
    expect(relations.map(({ database }) => database)).toEqual(["lake", "my alias", "scratch"]);
    await warehouse.close();
  });

  test("puts settings on every session and config options on the database", async () => {
    const warehouse = await open({
      settings: { TimeZone: "Asia/Tokyo", default_null_order: "nulls_first", enable_progress_bar: false },
      config_options: { threads: 1 },
    });
    const { rows } = await warehouse.withSession("s", (session) =>
      session.execute(
        "SELECT current_setting('TimeZone'), current_setting('threads'), timestamptz '2024-01-01 00:00:00+00'",
      ),
    );
    expect(rows).toEqual([["Asia/Tokyo", 1, "2024-01-01 09:00:00+09:00"]]);
    await warehouse.close();
  });

  test("a wrong setting is told", async () => {
    const warehouse = await open({ settings: { memory_limt: "1GB" } });
    await expect(warehouse.withSession("s", (session) => session.execute("SELECT 1"))).rejects.toThrow(
      /memory_limt/,
    );
    await warehouse.close();
    await expect(open({ config_options: { memory_limt: "1GB" } })).rejects.toMatchObject({
      diagnostics: [{ code: "connection-failed" }],
    });
  });

  test("a database that cannot be attached is told without its password", async () => {
    const error = await open({
      attach: [{ path: "postgresql://me:pa55word@127.0.0.1:1/db", type: "postgres" }],
      config_options: { autoinstall_known_extensions: false },
    }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ diagnostics: [{ code: "connection-failed", place: { line: 10 } }] });
    expect((error as EtlError).message).toMatch(/cannot attach "postgresql:\/\/me:\*\*\*@127/);
    expect(JSON.stringify((error as EtlError).diagnostics)).not.toContain("pa55word");
  });

  test("a secret that cannot be created is told without its values", async () => {
    const secrets = [{ type: "no_such_type", name: "lake", key_id: "AKIA123456", secret: "hunter2hunter2" }];
    const error = await open({ secrets, config_options: { autoinstall_known_extensions: false } }).catch(
      (caught: unknown) => caught,
    );
    expect((error as EtlError).message).toMatch(/^cannot create the secret "lake": .*no_such_type/);
    expect(JSON.stringify((error as EtlError).diagnostics)).not.toMatch(/AKIA|hunter2/);
  });

  test("disable_transactions makes begin and rollback do nothing", async () => {
    const warehouse = await open({ disable_transactions: true });
    await warehouse.withSession("s", async (session) => {
      await session.begin();
      expect(session.inTransaction).toBe(false);
      await session.execute("CREATE TABLE t (a integer)");
      await session.rollback();
      await session.execute("SELECT * FROM t");
      await session.commit();
    });
    await warehouse.close();
  });
});
