// Starts bigquery-emulator for the long tests, on 127.0.0.1 and in memory. Nothing is downloaded:
// ETL_TEST_BIGQUERY_EMULATOR is the path of its program (github.com/goccy/bigquery-emulator, built by Go);
// ETL_TEST_BIGQUERY_PORT takes one that runs already, with the project "test-project".

import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startGuarded, stopGuarded } from "../adapter/guarded-server.ts";

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
  const guard = startGuarded({
    command: process.env.ETL_TEST_BIGQUERY_EMULATOR ?? "",
    args: ["--project=test-project", "--host=127.0.0.1", `--port=${port}`, `--grpc-port=${grpcPort}`],
    folder: mkdtempSync(join(tmpdir(), "etl-bigquery-")),
    stopSignal: "SIGKILL",
  });
  // What it says is of no interest, but must be read.
  guard.stderr?.resume();
  await answering(port);
  return { port, stop: () => stopGuarded(guard) };
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
