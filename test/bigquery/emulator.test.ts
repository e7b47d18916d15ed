// bigquery-emulator, which reads statements with Google's own analyzer, takes what the adapter sends: each of the projects
// of golden.test.ts is built twice, and the rows are there.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, emulatorMissing, startEmulator } from "./launch.ts";
import { Project } from "./project.ts";
import { emulatorCannot, subjects } from "./subjects.ts";

const missing = emulatorMissing();
const projects: Project[] = [];
let emulator: Emulator;

describe.skipIf(missing !== undefined)(`bigquery-emulator${missing ? ` (${missing})` : ""}`, () => {
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(async () => {
    for (const project of projects) project.remove();
    await emulator?.stop();
  });

  /** CREATE SCHEMA makes none that its API would know. */
  async function makeDataset(datasetId: string): Promise<void> {
    const body = JSON.stringify({ datasetReference: { projectId: "test-project", datasetId } });
    const headers = { "Content-Type": "application/json" };
    const url = `http://127.0.0.1:${emulator.port}/bigquery/v2/projects/test-project/datasets`;
    await fetch(url, { method: "POST", headers, body });
  }

  test.each(Object.keys(subjects))("%s", { timeout: 300_000 }, async (name) => {
    const dataset = `subject_${Object.keys(subjects).indexOf(name)}`;
    const project = new Project(emulator.port, dataset, subjects[name] ?? {});
    projects.push(project);
    for (const one of [dataset, `${dataset}_dbt_test__audit`]) await makeDataset(one);
    const build = async (): Promise<void> => {
      await project.succeeds("build");
      await project.succeeds("build");
    };
    const reason = emulatorCannot[name];
    // No excuse outlives its cause.
    if (reason === undefined) await build();
    else await expect(build(), reason).rejects.toThrow();
  });
});
