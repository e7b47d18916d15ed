// The fake service of BigQuery with the projects that are built on it.

import { Lab } from "../adapter/lab.ts";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { open, settingsOf } from "./open.ts";
import { Project } from "./project.ts";

export type BigQueryLab = Lab<FakeBigQuery, Project>;

export async function startLab(): Promise<BigQueryLab> {
  const server = await startFakeBigQuery();
  return new Lab({
    server,
    project: (dataset, files) => new Project(server.port, dataset, files),
    open: () => open(settingsOf(server.port)),
  });
}
