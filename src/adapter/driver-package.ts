// Drivers that are not installed with etl (those of cloud warehouses, which weigh more than all the rest): found beside
// the project first, then beside etl itself, and loaded when a warehouse is opened, never before.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";

export interface DriverSearch {
  /** The name of the npm package. */
  readonly name: string;
  /** Packages that lead from it to the one that is meant, each a dependency of the one before. */
  readonly inside?: readonly string[];
  /** The version to install, as npm takes it: "3". */
  readonly version: string;
  /** Where the search begins: the project's folder, and what is above it. */
  readonly projectFolder: string;
  /** Where the search goes on: a file of etl, usually `import.meta.url`. */
  readonly program: string;
  /** The line of the profile that asks for it. */
  readonly place: Place | undefined;
}

/**
 * Loads a driver, which must be CommonJS or loadable by `require`.
 * @param isDriver whether the module is what the adapter was written for
 * @throws EtlError(driver-missing) with the command that installs it, EtlError(driver-invalid) when it cannot be used
 */
export function loadDriver<T>(search: DriverSearch, isDriver: (module: unknown) => module is T): T {
  const found = findDriver(search);
  if (found === undefined) throw missing(search);
  let module: unknown;
  try {
    module = createRequire(found)(found);
  } catch (error) {
    const [words] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw invalid(search, found, `cannot be loaded: ${words}`, error);
  }
  if (!isDriver(module)) throw invalid(search, found, "is not the one that etl was written for");
  return module;
}

/** @returns the main file of the package, undefined when it is installed nowhere */
function findDriver({ name, inside = [], projectFolder, program }: DriverSearch): string | undefined {
  for (const from of [join(projectFolder, "package.json"), program]) {
    try {
      return [name, ...inside].reduce((file, next) => createRequire(file).resolve(next), from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

function installCommand({ name, version, projectFolder }: DriverSearch): string {
  return `npm install ${name}@${version} in ${projectFolder}, or npm install --global ${name}@${version} where etl is installed globally`;
}

function missing(search: DriverSearch): EtlError {
  const text = `the driver "${search.name}" is not installed`;
  return new EtlError([
    errorAt("driver-missing", text, search.place, { frame: false, help: installCommand(search) }),
  ]);
}

function invalid(search: DriverSearch, found: string, what: string, cause?: unknown): EtlError {
  const notes = [{ message: `it was found in ${dirname(found)}` }];
  const help = `reinstall it: ${installCommand(search)}`;
  return new EtlError(
    [
      errorAt("driver-invalid", `the driver "${search.name}" ${what}`, search.place, {
        frame: false,
        notes,
        help,
      }),
    ],
    { cause },
  );
}
