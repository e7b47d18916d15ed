// The fake server of Trino with the projects that are built on it.

import { Lab } from "../adapter/lab.ts";
import { type FakeTrino, startFakeTrino } from "./fake-server.ts";
import { open, settingsOf } from "./open.ts";
import { Project } from "./project.ts";

export type TrinoLab = Lab<FakeTrino, Project>;

export async function startLab(): Promise<TrinoLab> {
  const server = await startFakeTrino();
  return new Lab({
    server,
    project: (schema, files) => new Project(server.port, schema, files),
    open: () => open(settingsOf(server.port)),
  });
}
