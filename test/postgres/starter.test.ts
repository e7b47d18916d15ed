// The starter project of `etl init --adapter postgres`: its profile needs nothing but the place of the server.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adapter } from "../../adapters/postgres/index.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { initProject } from "../../src/cli/init-project.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { runProject, told } from "./project.ts";

let server: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), "etl-postgres-init-"));
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

test("etl init --adapter postgres makes a project that builds there", async () => {
  const signal = new AbortController().signal;
  const host = nodeHost({ cwd: folder, env: {}, emit: () => {}, clean: (text) => text, signal });
  const lines = initProject(host, "shop", undefined, adapter);
  expect(lines.at(-1)).toBe(
    "next: say in shop/profiles.yml where your postgres is, then cd shop && etl debug",
  );
  const path = join(folder, "shop", "profiles.yml");
  const profile = readFileSync(path, "utf8");
  expect(profile).toContain("password: \"{{ env_var('DBT_ENV_SECRET_PASSWORD') }}\"");
  const filledIn = profile
    .replace("port: 5432", `port: ${server.port}`)
    .replace("user: postgres", `user: ${server.user}`)
    .replace("dbname: analytics", `dbname: ${server.database}`);
  host.files.writeWhole(path, filledIn);
  const env = { DBT_ENV_SECRET_PASSWORD: server.password };
  for (let i = 0; i < 2; i++) {
    const report = await runProject(join(folder, "shop"), "build", { env });
    expect(told(report)).not.toMatch(/: (?:error|fail|skipped)/);
  }
});
