// The fake server of Snowflake with the projects that are built on it.

import { Lab } from "../adapter/lab.ts";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { open, type Settings, settingsOf } from "./open.ts";
import { Project } from "./project.ts";

/** Projects may change the output of profiles.yml. */
export type SnowflakeLab = Lab<FakeSnowflake, Project, [settings?: Settings]>;

export async function startLab(): Promise<SnowflakeLab> {
  const server = await startFakeSnowflake();
  return new Lab({
    server,
    project: (schema, files, settings?: Settings) => new Project(server.port, schema, files, settings),
    open: () => open(settingsOf(server.port)),
  });
}
