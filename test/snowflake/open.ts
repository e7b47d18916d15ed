// The adapter on the fake server, opened as a run would.

import { adapter } from "../../adapters/snowflake/index.ts";
import { openingOf, type Settings } from "../adapter/opening.ts";

export { plainHost, type Settings } from "../adapter/opening.ts";

/** The settings that reach a server. */
export function settingsOf(port: number): Settings {
  return {
    type: "snowflake",
    account: "acme-test",
    host: "127.0.0.1",
    port,
    protocol: "http",
    user: "etl",
    password: "hunter2",
    database: "db",
    schema: "public",
    warehouse: "wh",
    connect_retries: 0,
  };
}

export const { credentialsOf, open, said } = openingOf(adapter);
