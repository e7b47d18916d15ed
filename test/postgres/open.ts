// Opens the adapter on a test server, as a run would, and shows what it says when that fails.

import { adapter } from "../../adapters/postgres/index.ts";
import type { Credentials, Setting, Warehouse } from "../../src/adapter/adapter.ts";
import { type Diagnostic, EtlError, type Place } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import type { PostgresServer } from "./launch.ts";

export type Settings = Readonly<Record<string, Setting>>;

/** Keys of the profile, in the order of their lines. */
const keys = [
  "type",
  "host",
  "port",
  "user",
  "password",
  "dbname",
  "schema",
  "role",
  "sslmode",
  "sslrootcert",
  "threads",
];

/** The settings that reach the server. */
export function settingsOf(server: PostgresServer): Settings {
  const { host, port, user, password, database } = server;
  return { type: "postgres", host, port, user, password, dbname: database, schema: "public" };
}

/** A host without the machine's own PG* variables and certificates. */
export function plainHost(env: Host["env"] = {}, signal = new AbortController().signal): Host {
  const home = { HOME: "/nowhere", USERPROFILE: "/nowhere" };
  return nodeHost({
    cwd: "/nowhere",
    env: { ...home, ...env },
    emit: () => {},
    clean: (text) => text,
    signal,
  });
}

export function place(key: string): Place {
  return { file: "profiles.yml", line: Math.max(0, keys.indexOf(key)) + 1, column: 1 };
}

/** @throws EtlError as a run meets it */
export function credentialsOf(settings: Settings, host = plainHost()): Credentials {
  const output = { profile: "shop", target: "dev", settings, place, projectFolder: "/nowhere" };
  const { value, diagnostics } = adapter.credentials(output, host);
  if (!value) throw new EtlError(diagnostics);
  return value;
}

export async function open(settings: Settings, host = plainHost()): Promise<Warehouse> {
  return adapter.open(credentialsOf(settings, host), { threads: 2, host });
}

/** Opens and closes; what was said, one line for each sentence, or "opened". */
export async function said(settings: Settings, host = plainHost()): Promise<string> {
  try {
    const warehouse = await open(settings, host);
    await warehouse.close();
    return "opened";
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    return error.diagnostics.map(line).join("\n");
  }
}

function line({ code, message, place: at, help }: Diagnostic): string {
  const key = at === undefined ? "?" : keys[at.line - 1];
  return `${code} at ${key}: ${message}${help === undefined ? "" : `\n  help: ${help}`}`;
}
