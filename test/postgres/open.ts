// Opens the adapter on a test server.

import { adapter } from "../../adapters/postgres/index.ts";
import { openingOf, type Settings } from "../adapter/opening.ts";
import type { PostgresServer } from "./launch.ts";

export { plainHost, type Settings } from "../adapter/opening.ts";

/** The settings that reach the server. */
export function settingsOf(server: PostgresServer): Settings {
  const { host, port, user, password, database } = server;
  return { type: "postgres", host, port, user, password, dbname: database, schema: "public" };
}

export const { credentialsOf, open, said } = openingOf(adapter);
