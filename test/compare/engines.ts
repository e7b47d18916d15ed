// The warehouses that both tools are run against: our fake servers, with what was sent to each as plain records, and the
// profile of each, which dbt and etl read alike.

import type { Setting } from "../../src/adapter/adapter.ts";
import { startFakeBigQuery } from "../bigquery/fake-server.ts";
import { settingsOf as bigquerySettings } from "../bigquery/open.ts";
import { startFakeSnowflake } from "../snowflake/fake-server.ts";
import { settingsOf as snowflakeSettings } from "../snowflake/open.ts";
import { startFakeTrino } from "../trino/fake-server.ts";
import { settingsOf as trinoSettings } from "../trino/open.ts";
import { standIn } from "./stand-in.ts";

export interface Warehouse {
  readonly profile: Readonly<Record<string, Setting>>;
  /** Texts of statements, and of requests that do what elsewhere a statement does, so far and in order. */
  sent(): readonly string[];
  stop(): Promise<void>;
}

export type EngineName = keyof typeof engines;

const SCHEMA = "compared";

export const engines = { snowflake, bigquery, trino } as const;

async function snowflake(): Promise<Warehouse> {
  const server = await startFakeSnowflake();
  server.standIn = standIn;
  return {
    profile: { ...snowflakeSettings(server.port), schema: SCHEMA, threads: 1 },
    sent: () =>
      server.requests
        .filter(({ sql }) => sql !== "")
        .map(({ sql, body }) => (body.describeOnly ? `/* described */ ${sql}` : sql)),
    stop: () => server.stop(),
  };
}

async function bigquery(): Promise<Warehouse> {
  const server = await startFakeBigQuery();
  server.engine.standIn = standIn;
  return {
    profile: { ...bigquerySettings(server.port), schema: SCHEMA, threads: 1 },
    sent: () =>
      server.requests.flatMap(({ sql, body, method, path }) => {
        const { configuration } = body as { readonly configuration?: { readonly dryRun?: boolean } };
        if (sql !== undefined) return configuration?.dryRun ? `/* dry run */ ${sql}` : sql;
        return method === "GET" ? [] : `${method} ${path} ${JSON.stringify(configuration ?? body)}`;
      }),
    stop: () => server.stop(),
  };
}

async function trino(): Promise<Warehouse> {
  const server = await startFakeTrino();
  server.standIn = standIn;
  return {
    profile: {
      ...trinoSettings(server.port),
      schema: SCHEMA,
      threads: 1,
      method: "none",
      http_scheme: "http",
      prepared_statements_enabled: false,
    },
    sent: () => server.requests.map(({ sql }) => sql).filter((sql) => sql !== ""),
    stop: () => server.stop(),
  };
}
