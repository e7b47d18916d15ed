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

  test.each(Object.keys(subjects))("%s", { timeout: 120_000 }, async (name) => {
    const dataset = `subject_${Object.keys(subjects).indexOf(name)}`;
    const project = new Project(emulator.port, dataset, subjects[name] ?? {});
    projects.push(project);
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
