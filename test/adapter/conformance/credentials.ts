// The credentials of an engine, read by its adapter as it reads a profile.

import type { Credentials } from "../../../src/adapter/adapter.ts";
import { EtlError } from "../../../src/base/diagnostic.ts";
import type { Host } from "../../../src/base/host.ts";
import type { Engine } from "./engine.ts";

/** @throws EtlError when the engine's own settings are refused */
export function credentialsOf(engine: Engine, folder: string, schema: string, host: Host): Credentials {
  const { value, diagnostics } = engine.adapter.credentials(
    {
      profile: "conformance",
      target: "dev",
      settings: engine.settings(schema),
      place: () => undefined,
      projectFolder: folder,
    },
    host,
  );
  if (!value) throw new EtlError(diagnostics);
  return value;
}
