// Opens the adapter on the fake server, as a run would, and shows what it says when that fails.

import { adapter } from "../../adapters/snowflake/index.ts";
import type { Credentials, Setting, Warehouse } from "../../src/adapter/adapter.ts";
import { type Diagnostic, EtlError } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { nodeHost } from "../../src/base/node-host.ts";

export type Settings = Readonly<Record<string, Setting>>;

const folder = import.meta.dirname;

export function plainHost(signal = new AbortController().signal): Host {
  return nodeHost({ cwd: folder, env: { HOME: "/nowhere" }, emit: () => {}, clean: (text) => text, signal });
}

/** The settings that reach a server. */
export function settingsOf(port: number): Settings {
  return {
    type: "snowflake",
    account: "acme-test",
    host: "127.0.0.1",
    port,
    protocol: "http",
    user: "etl",
    password: "hunter2",
    database: "db",
    schema: "public",
    warehouse: "wh",
    connect_retries: 0,
  };
}

/** @throws EtlError as a run meets it */
export function credentialsOf(settings: Settings): Credentials {
  const place = (key: string) => ({ file: key, line: 1, column: 1 });
  const output = { profile: "shop", target: "dev", settings, place, projectFolder: folder };
  const { value, diagnostics } = adapter.credentials(output, plainHost());
  if (!value || diagnostics.length > 0) throw new EtlError(diagnostics);
  return value;
}

export async function open(settings: Settings, host = plainHost()): Promise<Warehouse> {
  return adapter.open(credentialsOf(settings), { threads: 2, host });
}

/** Opens and closes; what was said, one line for each sentence with the key to blame, or "opened". */
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

function line({ code, message, place, help }: Diagnostic): string {
  return `${code} at ${place?.file}: ${message}${help === undefined ? "" : `\n  help: ${help}`}`;
}
