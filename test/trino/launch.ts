// Starts a real Trino for the long tests: on 127.0.0.1, with a small heap, catalogs `iceberg` (files in a temporary
// folder), `memory`, `tpch` and `blackhole`. Nothing is downloaded: ETL_TEST_TRINO_HOME names the folder that
// trino-server-<version>.tar.gz of Maven Central was unpacked to, ETL_TEST_TRINO_JAVA the home of a Java that it runs on
// (476 needs 24). ETL_TEST_TRINO_PORT takes one that runs already.

import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort, startGuarded, stopGuarded } from "../adapter/guarded-server.ts";

export interface TrinoServer {
  readonly host: string;
  readonly port: number;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** Why no server can be started here, in words; undefined when one can. */
export function trinoMissing(): string | undefined {
  if (process.env.ETL_TEST_LONG !== "1") return "only in npm run test:long";
  if (process.env.ETL_TEST_TRINO_PORT) return undefined;
  const home = process.env.ETL_TEST_TRINO_HOME;
  if (!home || !existsSync(join(home, "plugin", "iceberg")))
    return "ETL_TEST_TRINO_HOME names no folder of a Trino server";
  return undefined;
}

/** Starts a server and waits until it takes queries (half a minute). @throws Error with its words when it does not start */
export async function startTrino(): Promise<TrinoServer> {
  const running = Number(process.env.ETL_TEST_TRINO_PORT);
  if (running > 0) return { host: "127.0.0.1", port: running, stop: async () => {} };
  const home = process.env.ETL_TEST_TRINO_HOME ?? "";
  const folder = mkdtempSync(join(tmpdir(), "etl-trino-"));
  const port = await freePort();
  writeSettings(folder, port, home);
  const java = process.env.ETL_TEST_TRINO_JAVA;
  const guard = startGuarded({
    command: java ? join(java, "bin", "java") : "java",
    args: javaArguments(folder, home),
    folder,
    stopSignal: "SIGKILL",
  });
  await started(guard);
  return { host: "127.0.0.1", port, stop: () => stopGuarded(guard) };
}

function writeSettings(folder: string, port: number, home: string): void {
  const files = {
    "config.properties": `coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port=${port}
discovery.uri=http://127.0.0.1:${port}
query.max-memory=500MB
query.max-memory-per-node=400MB
plugin.dir=${join(home, "plugin")}
catalog.config-dir=${join(folder, "catalog")}
`,
    "catalog/memory.properties": "connector.name=memory\n",
    "catalog/tpch.properties": "connector.name=tpch\n",
    "catalog/blackhole.properties": "connector.name=blackhole\n",
    "catalog/iceberg.properties": `connector.name=iceberg
iceberg.catalog.type=TESTING_FILE_METASTORE
hive.metastore.catalog.dir=local:///metastore
fs.native-local.enabled=true
local.location=${join(folder, "lake")}
`,
  };
  for (const name of ["catalog", "lake", "data"]) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

function javaArguments(folder: string, home: string): readonly string[] {
  return [
    "-Xmx1500M",
    "-XX:+UseG1GC",
    "-XX:ReservedCodeCacheSize=256M",
    "-Djdk.attach.allowAttachSelf=true",
    "-Dfile.encoding=UTF-8",
    "-XX:+EnableDynamicAgentLoading",
    "--enable-native-access=ALL-UNNAMED",
    "-Dnode.environment=test",
    "-Dnode.id=test",
    "-Dnode.bind-ip=127.0.0.1",
    "-Dnode.internal-address=127.0.0.1",
    `-Dnode.data-dir=${join(folder, "data")}`,
    `-Dconfig=${join(folder, "config.properties")}`,
    "-cp",
    [join(home, "lib", "*")].join(delimiter),
    "io.trino.server.TrinoServer",
  ];
}

const READY = "SERVER STARTED";

async function started(guard: ChildProcess): Promise<void> {
  let words = "";
  guard.ref();
  await new Promise<void>((resolve, reject) => {
    guard.stderr?.on("data", (piece: Buffer) => {
      // What it says later is of no interest, but must be read.
      if (words.includes(READY)) return;
      words = (words + piece.toString()).slice(-10_000);
      if (words.includes(READY)) resolve();
    });
    guard.once("error", reject);
    guard.once("exit", () => reject(new Error(`Trino did not start: ${words}`)));
  });
  guard.removeAllListeners("exit");
  guard.unref();
}
