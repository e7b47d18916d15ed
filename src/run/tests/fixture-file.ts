// Fixture files of unit tests that are missing: they are looked for by name below the folder `fixtures` of a package's
// test-paths, as dbt finds them.

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { SharedScope } from "../../context/scope.ts";
import type { UnitTest, UnitTestFixture } from "../../manifest/node.ts";

/**
 * The content of a fixture, which parsing has read.
 * @throws EtlError(unit-test-input) with the nearest name when there is no such file
 */
export function fixtureContent(
  test: UnitTest,
  fixture: UnitTestFixture,
  shared: SharedScope,
): UnitTestFixture["rows"] {
  if (fixture.fixture === null || fixture.rows !== null) return fixture.rows;
  const wanted = `${fixture.fixture}.${fixture.format}`;
  const files = new Set<string>();
  const { config, host } = shared;
  const own = test.packageName === config.project.name;
  const root = own
    ? config.folder
    : `${config.folder}/${config.project.packagesInstallPath}/${test.packageName}`;
  for (const folder of config.project.paths["test-paths"])
    collect(host.files, `${root}/${folder}/fixtures`, files);
  throw new EtlError([
    errorAt(
      "unit-test-input",
      `unit test "${test.name}" reads the fixture ${wanted}, which does not exist`,
      fixture.place,
      {
        help:
          didYouMean(wanted, files) ??
          `put it below ${config.project.paths["test-paths"][0] ?? "tests"}/fixtures`,
      },
    ),
  ]);
}

function collect(files: SharedScope["host"]["files"], folder: string, found: Set<string>): void {
  if (files.stat(folder)?.kind !== "directory") return;
  for (const { name, kind } of files.list(folder)) {
    if (kind === "directory") collect(files, `${folder}/${name}`, found);
    else if (kind === "file") found.add(name);
  }
}
