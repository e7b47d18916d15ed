// Starts a real PostgreSQL for a test file: on 127.0.0.1, with its data in a temporary folder, gone with the process.

import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort, type GuardedServer, startGuarded, stopGuarded } from "../adapter/guarded-server.ts";
import { findBinaries } from "./binaries.ts";
import { openFolder, serverUser, type User } from "./unprivileged.ts";

export interface PostgresOptions {
  /** Major version ("15"); undefined: ETL_TEST_POSTGRES, else the first of `installedVersions()`. */
  readonly version?: string;
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Files to write before the start, by their path in the folder: a certificate, "data/pg_hba.conf" ... */
  readonly files?: Readonly<Record<string, string>>;
  /** No file of the server may grow beyond that, as on a full disk: in blocks of `ulimit -f` (512 or 1024 bytes). */
  readonly maxFileBlocks?: number;
}

/** How a server is ended: "fast" rolls back and says so, "crash" leaves its files as a power cut would. */
export type Shutdown = "fast" | "crash";

export interface PostgresServer {
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** A superuser. */
  readonly user: string;
  readonly password: string;
  /** A database that exists. */
  readonly database: string;
  /** Holds the data (in `data`) and, where there are any, a Unix socket. */
  readonly folder: string;
  /** Ends the server and keeps its data; resolves when its port is free. */
  shutDown(how: Shutdown): Promise<void>;
  /** Starts a server that was shut down, on the same port; resolves when it takes connections. */
  startAgain(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

const USER = "etl";
const PASSWORD = "etl-test-password";

/** Nothing here survives a crash, nor should it. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "32MB",
  max_connections: "60",
  timezone: "UTC",
  log_timezone: "UTC",
};

/**
 * Makes a new, empty server with one superuser, and waits until it takes connections (about a second).
 * @throws Error with the server's words when it does not start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = await findBinaries(options.version ?? process.env.ETL_TEST_POSTGRES);
  const user = serverUser();
  const folder = mkdtempSync(join(openFolder(), "etl-postgres-"));
  try {
    if (user) chownSync(folder, user.uid, user.gid);
    await initialize(binaries.folder, folder, user);
    for (const [name, content] of Object.entries(options.files ?? {})) put(folder, name, content, user);
    const port = await freePort();
    const settings = {
      ...SETTINGS,
      ...(process.platform === "win32" ? {} : { unix_socket_directories: folder }),
      port: String(port),
      ...options.settings,
    };
    const args = ["-D", join(folder, "data")];
    for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
    const server = limited(join(binaries.folder, "postgres"), args, options.maxFileBlocks);
    const guard = await launch({ ...server, folder, ...user });
    return {
      version: binaries.version,
      host: "127.0.0.1",
      port,
      user: USER,
      password: PASSWORD,
      database: "postgres",
      folder,
      shutDown: async (how) => {
        const ended = says(guard, "etl: the server has ended");
        guard.stdin?.write(how === "fast" ? "SIGINT\n" : "SIGQUIT\n");
        await ended;
      },
      startAgain: async () => {
        const ready = says(guard, READY);
        guard.stdin?.write("start\n");
        await ready;
      },
      stop: () => stopGuarded(guard),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function initialize(bin: string, folder: string, user: User | undefined): Promise<void> {
  put(folder, "password", PASSWORD, user);
  const data = join(folder, "data");
  const initdb = spawn(
    join(bin, "initdb"),
    [
      `--pgdata=${data}`,
      `--username=${USER}`,
      `--pwfile=${join(folder, "password")}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ],
    { stdio: ["ignore", "ignore", "pipe"], cwd: folder, ...user },
  );
  const [words, code] = await Promise.all([text(initdb.stderr), exitCode(initdb)]);
  if (code !== 0) throw new Error(`initdb failed: ${words}`);
}

function put(folder: string, name: string, content: string, user: User | undefined): void {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  if (user) chownSync(path, user.uid, user.gid);
}

/** The server's command, through a shell that limits what it may write. */
function limited(
  server: string,
  args: readonly string[],
  blocks: number | undefined,
): Pick<GuardedServer, "command" | "args"> {
  if (blocks === undefined) return { command: server, args };
  return { command: "sh", args: ["-c", `ulimit -f ${blocks}; exec "$@"`, "sh", server, ...args] };
}

const READY = "database system is ready to accept connections";

/** Resolves when the server says that it is ready. */
async function launch(server: GuardedServer): Promise<ChildProcess> {
  const guard = startGuarded(server);
  await says(guard, READY);
  return guard;
}

/** Waits until the server, or its guard, has said something. @throws Error when both are gone */
async function says(guard: ChildProcess, text: string): Promise<void> {
  let words = "";
  guard.ref();
  await new Promise<void>((resolve, reject) => {
    const end = (finish: () => void): void => {
      guard.stderr?.off("data", hear);
      guard.off("error", reject);
      guard.off("exit", gone);
      finish();
    };
    const gone = (): void => end(() => reject(new Error(`PostgreSQL has ended: ${words}`)));
    const hear = (data: Buffer): void => {
      words += data.toString();
      if (words.includes(text)) end(resolve);
    };
    guard.stderr?.on("data", hear);
    guard.once("error", reject);
    guard.once("exit", gone);
  });
  // From here on nobody listens.
  guard.stderr?.resume();
  guard.unref();
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}
