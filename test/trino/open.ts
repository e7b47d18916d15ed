// The adapter on the fake server, opened as a run would.

import { adapter } from "../../adapters/trino/index.ts";
import { openingOf, type Settings } from "../adapter/opening.ts";

export { plainHost, type Settings } from "../adapter/opening.ts";

/** The settings that reach a server. */
export function settingsOf(port: number): Settings {
  return { type: "trino", host: "127.0.0.1", port, user: "etl", database: "memory", schema: "main" };
}

export const { credentialsOf, open, said } = openingOf(adapter);
