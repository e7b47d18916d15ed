// The launcher itself: every installed version starts, answers, and leaves nothing behind, even when its user is killed.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect, test } from "vitest";
import { installedVersions } from "./binaries.ts";
import { startPostgres } from "./launch.ts";

const versions = process.env.ETL_TEST_LONG ? installedVersions() : installedVersions().slice(0, 1);

test.each(versions)("PostgreSQL %s starts, answers, and is gone after stop", async (version) => {
  const server = await startPostgres({ version });
  const client = new pg.Client({ ...server });
  await client.connect();
  const { rows } = await client.query("show server_version");
  await client.end();
  expect(rows[0].server_version).toMatch(new RegExp(`^${version}\\.`));
  await server.stop();
  expect(existsSync(server.folder)).toBe(false);
  expect(await answers(server.port)).toBe(false);
});

test("a server ends with the process that started it, killed or not", async () => {
  // Vitest's own transformer is not there in a child; esbuild makes the launcher plain JavaScript.
  const { build } = await import("esbuild");
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("launch.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    // The guard lies beside it.
    define: {
      "import.meta.url": JSON.stringify(new URL("../adapter/guarded-server.ts", import.meta.url).href),
    },
  });
  const script = `${bundle.outputFiles[0]?.text}\nconsole.log(JSON.stringify(await startPostgres()));setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data) => resolve(String(data))),
  );
  const server = JSON.parse(told) as { port: number; folder: string };
  expect(await answers(server.port)).toBe(true);
  child.kill("SIGKILL");
  await expect.poll(() => existsSync(server.folder), { timeout: 20_000 }).toBe(false);
  expect(await answers(server.port)).toBe(false);
});

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
