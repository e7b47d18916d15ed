// Opens an adapter on a server of the tests, as a run would, and shows what it says when that fails.

import type { Adapter, Credentials, Setting, Warehouse } from "../../src/adapter/adapter.ts";
import { type Diagnostic, EtlError, type Place } from "../../src/base/diagnostic.ts";
import type { Host } from "../../src/base/host.ts";
import { nodeHost } from "../../src/base/node-host.ts";

export type Settings = Readonly<Record<string, Setting>>;

const folder = import.meta.dirname;

/** A host without the machine's own variables and files. */
export function plainHost({ env = {}, signal }: Partial<Pick<Host, "env" | "signal">> = {}): Host {
  return nodeHost({
    cwd: folder,
    env: { HOME: "/nowhere", USERPROFILE: "/nowhere", ...env },
    emit: () => {},
    clean: (text) => text,
    signal: signal ?? new AbortController().signal,
  });
}

/** What tests do with an adapter. */
export interface Opening {
  /** @throws EtlError as a run meets it */
  credentialsOf(settings: Settings, host?: Host): Credentials;
  open(settings: Settings, host?: Host): Promise<Warehouse>;
  /** Opens and closes; what was said, one line for each sentence with the key to blame, or "opened". */
  said(settings: Settings, host?: Host): Promise<string>;
}

/** @param placeOf where a setting stands; the file is the name of its key, for tests to see which one is blamed */
export function openingOf(
  adapter: Adapter,
  placeOf = (key: string, _: Settings): Place | undefined => ({ file: key, line: 1, column: 1 }),
): Opening {
  const credentialsOf = (settings: Settings, host = plainHost()): Credentials => {
    const place = (key: string) => placeOf(key, settings);
    const output = { profile: "shop", target: "dev", settings, place, projectFolder: folder };
    const { value, diagnostics } = adapter.credentials(output, host);
    if (!value || diagnostics.length > 0) throw new EtlError(diagnostics);
    return value;
  };
  const open = async (settings: Settings, host = plainHost()): Promise<Warehouse> =>
    adapter.open(credentialsOf(settings, host), { threads: 2, host });
  const said = async (settings: Settings, host = plainHost()): Promise<string> => {
    try {
      const warehouse = await open(settings, host);
      await warehouse.close();
      return "opened";
    } catch (error) {
      if (!(error instanceof EtlError)) throw error;
      return error.diagnostics.map(line).join("\n");
    }
  };
  return { credentialsOf, open, said };
}

function line({ code, message, place, help }: Diagnostic): string {
  return `${code} at ${place?.file}: ${message}${help === undefined ? "" : `\n  help: ${help}`}`;
}
