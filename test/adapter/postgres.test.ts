// PostgreSQL keeps the contract of adapters.

import { afterAll, beforeAll, describe, test } from "vitest";
import { adapter } from "../../adapters/postgres/index.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { settingsOf } from "../postgres/open.ts";
import { query } from "../postgres/project.ts";
import type { Engine } from "./conformance/engine.ts";
import { allPass, conformance } from "./conformance/suite.ts";
import { postgresTypes } from "./postgres-types.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ settings: { timezone: "Europe/Berlin" } });
  await query(server, "create role reader");
});
afterAll(() => server.stop());

const engine: Engine = {
  adapter,
  settings: (schema) => ({ ...settingsOf(server), schema, threads: 4 }),
  get database() {
    return server.database;
  },
  types: postgresTypes,
  numbers: (rows) => `SELECT n FROM generate_series(0, ${rows - 1}) AS n`,
  endless: "SELECT count(*) AS n FROM generate_series(1, 1000000000) AS n",
  slow: "(SELECT 1 FROM pg_sleep(60))",
  failing: "SELECT ('x' || n)::date::text AS failing FROM generate_series(0, 2) AS n",
  missingColumnCode: "42703",
  microbatchMerges: true,
  otherRole: "reader",
  breakConnections: async () => {
    await query(
      server,
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = user and pid <> pg_backend_pid()",
    );
  },
};

describe("postgres", () => {
  const { tests, close } = conformance(engine, allPass);
  afterAll(close);
  for (const { name, run } of tests) test(name, run);
});
