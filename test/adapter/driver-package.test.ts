// Drivers that are not installed with etl: where they are looked for, and what is said when there is none.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadDriver } from "../../src/adapter/driver-package.ts";
import { EtlError } from "../../src/base/diagnostic.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-driver-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Driver {
  readonly where: string;
}

function isDriver(module: unknown): module is Driver {
  return typeof module === "object" && module !== null && "where" in module;
}

function install(parent: string, code: string): void {
  const home = join(folder, parent, "node_modules", "warehouse-driver");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{"name": "warehouse-driver", "main": "main.js"}');
  writeFileSync(join(home, "main.js"), code);
}

function load(): Driver {
  const program = pathToFileURL(join(folder, "program", "dist", "cli.mjs")).href;
  const projectFolder = join(folder, "project", "deep");
  return loadDriver(
    { name: "warehouse-driver", version: "3", projectFolder, program, place: undefined },
    isDriver,
  );
}

function refusal(): string {
  try {
    load();
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    return error.diagnostics
      .map(({ code, message, help, notes }) =>
        [code, message, help, ...(notes ?? []).map((note) => note.message)].join("; "),
      )
      .join("\n")
      .replaceAll(folder, "FOLDER");
  }
  return "loaded";
}

test("is looked for above the project, then above etl", () => {
  install("program", "exports.where = 'program'");
  expect(load().where).toBe("program");
  install("project", "exports.where = 'project'");
  expect(load().where).toBe("project");
});

test("that is not installed is told with the command that installs it", () => {
  expect(refusal()).toBe(
    'driver-missing; the driver "warehouse-driver" is not installed; npm install warehouse-driver@3 in ' +
      `${join("FOLDER", "project", "deep")}, or npm install --global warehouse-driver@3 where etl is installed globally`,
  );
});

test("that cannot be loaded is told with its place", () => {
  install("project", "throw new Error('no such binary\\nand more')");
  expect(refusal()).toContain(
    'driver-invalid; the driver "warehouse-driver" cannot be loaded: no such binary;',
  );
  expect(refusal()).toContain(join("project", "node_modules", "warehouse-driver"));
});

test("that is something else is told", () => {
  install("project/deep", "exports.other = 1");
  expect(refusal()).toContain('the driver "warehouse-driver" is not the one that etl was written for');
});
