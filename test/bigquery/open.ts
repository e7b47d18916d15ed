// The adapter on the fake server, opened as a run would.

import { adapter } from "../../adapters/bigquery/index.ts";
import { openingOf, type Settings } from "../adapter/opening.ts";

export { plainHost, type Settings } from "../adapter/opening.ts";

/** The settings that reach a server. */
export function settingsOf(port: number): Settings {
  return {
    type: "bigquery",
    method: "oauth-secrets",
    token: "ya29.secret-token",
    api_endpoint: `http://127.0.0.1:${port}`,
    project: "test-project",
    schema: "main",
  };
}

export const { credentialsOf, open, said } = openingOf(adapter, (key, settings) =>
  key in settings ? { file: key, line: 1, column: 1 } : undefined,
);
