// Starts bigquery-emulator for the long tests, on 127.0.0.1 and in memory. Nothing is downloaded:
// ETL_TEST_BIGQUERY_EMULATOR is the path of its program (github.com/goccy/bigquery-emulator, built by Go);
// ETL_TEST_BIGQUERY_PORT takes one that runs already, with the project "test-project".

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Emulator {
  readonly port: number;
  stop(): Promise<void>;
}

/** Why none can be started here, in words; undefined when one can. */
export function emulatorMissing(): string | undefined {
  if (process.env.ETL_TEST_LONG !== "1") return "only in npm run test:long";
  if (process.env.ETL_TEST_BIGQUERY_PORT) return undefined;
  const program = process.env.ETL_TEST_BIGQUERY_EMULATOR;
  return program && existsSync(program) ? undefined : "ETL_TEST_BIGQUERY_EMULATOR names no program";
}

/** Starts it and waits until it answers. @throws Error when it does not within half a minute */
export async function startEmulator(): Promise<Emulator> {
  const running = Number(process.env.ETL_TEST_BIGQUERY_PORT);
  if (running > 0) return { port: running, stop: async () => {} };
  const [port, grpcPort] = [await freePort(), await freePort()];
  const guard = spawn(
    process.execPath,
    [
      fileURLToPath(new URL("../postgres/guard.mjs", import.meta.url)),
      JSON.stringify({
        command: process.env.ETL_TEST_BIGQUERY_EMULATOR,
        args: ["--project=test-project", "--host=127.0.0.1", `--port=${port}`, `--grpc-port=${grpcPort}`],
        folder: mkdtempSync(join(tmpdir(), "etl-bigquery-")),
        stopSignal: "SIGKILL",
      }),
    ],
    { stdio: ["pipe", "ignore", "ignore"], detached: true },
  );
  await answering(port);
  const stop = async (): Promise<void> => {
    const over = new Promise<void>((resolve) => guard.once("exit", () => resolve()));
    guard.stdin?.end();
    await over;
  };
  return { port, stop };
}

async function answering(port: number): Promise<void> {
  for (let i = 0; i < 150; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/bigquery/v2/projects/test-project/datasets`).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("bigquery-emulator did not start");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
