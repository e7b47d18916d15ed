// Adapters that come as npm packages, `etl-adapter-<type>`: found in node_modules above the project, else above this
// program; checked against the contract before anything is asked of them, so that a package which was written for
// another version fails with a sentence and not in the middle of a run. What a package needs of etl is handed to it:
// imported, it would be another copy of etl's classes, or not be found where etl is installed globally.

import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { type Adapter, CONTRACT_VERSION } from "./adapter.ts";

/** What a package may use of etl. */
export type AdapterKit = typeof import("./adapter-kit.ts");

/** What the main module of a package exports. */
export interface AdapterModule {
  /** The CONTRACT_VERSION that it was written for. */
  readonly contract: number;
  createAdapter(etl: AdapterKit): Adapter;
}

export interface AdapterPackage {
  readonly name: string;
  readonly folder: string;
  readonly version: string;
  /** Its main module. */
  readonly entry: string;
}

/** Members of the contract that every adapter has. */
type Member = { [K in keyof Adapter]-?: undefined extends Adapter[K] ? never : K }[keyof Adapter];

/** What must be there, by what it is: a total record, so nothing of the contract is forgotten here. */
const members: Readonly<Record<Member, "string" | "object" | "function" | "array">> = {
  type: "string",
  dialect: "string",
  capabilities: "object",
  types: "object",
  macros: "string",
  incrementalStrategies: "array",
  defaultQuoting: "object",
  configKeys: "array",
  errorClass: "string",
  foldIdentifier: "function",
  quote: "function",
  literal: "function",
  credentials: "function",
  open: "function",
  sampleProfile: "string",
  explain: "function",
};

/**
 * @param projectFolder where the search begins
 * @returns the package of an adapter, or undefined where none is installed
 * @throws EtlError(adapter-invalid) when its package.json cannot be used
 */
export function findAdapterPackage(
  type: string,
  projectFolder: string,
  files: Files,
  place: Place | undefined,
): AdapterPackage | undefined {
  const name = `etl-adapter-${type}`;
  const program = dirname(fileURLToPath(import.meta.url));
  for (const folder of [...above(projectFolder), ...above(program)]) {
    const candidate = join(folder, "node_modules", name);
    const path = join(candidate, "package.json");
    if (files.stat(path)?.kind !== "file") continue;
    return readPackage(name, files.realPath(candidate), files.readText(path), place);
  }
  return undefined;
}

/**
 * Loads and checks the adapter of a package.
 * @throws EtlError(adapter-invalid) when it cannot be loaded, is written for another version of the contract, or lacks something
 */
export async function loadPackagedAdapter(
  found: AdapterPackage,
  type: string,
  files: Files,
  place: Place | undefined,
): Promise<Adapter> {
  const module = await importEntry(found, place);
  const { contract, createAdapter } = module;
  if (contract !== CONTRACT_VERSION)
    throw invalid(found, wrongContract(contract), place, otherVersion(contract));
  if (typeof createAdapter !== "function") throw invalid(found, "exports no function createAdapter", place);
  const adapter = createAdapter(await import("./adapter-kit.ts"));
  const missing = lacking(adapter);
  if (missing.length > 0) throw invalid(found, `gives an adapter without ${missing.join(", ")}`, place);
  if (adapter.type !== type) throw invalid(found, `is an adapter for "${adapter.type}"`, place);
  if (files.stat(adapter.macros)?.kind !== "directory")
    throw invalid(found, `has no folder of macros at ${adapter.macros}`, place);
  return adapter;
}

async function importEntry(found: AdapterPackage, place: Place | undefined): Promise<Partial<AdapterModule>> {
  try {
    return (await import(pathToFileURL(found.entry).href)) as Partial<AdapterModule>;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw invalid(
      found,
      `cannot be loaded: ${words.split("\n")[0]}`,
      place,
      `reinstall it: npm install ${found.name}`,
      error,
    );
  }
}

function* above(start: string): Iterable<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}

function readPackage(name: string, folder: string, text: string, place: Place | undefined): AdapterPackage {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const broken = { name, folder, version: "?", entry: "" };
    throw invalid(
      broken,
      "has a package.json that is no JSON",
      place,
      `reinstall it: npm install ${name}`,
      error,
    );
  }
  const { version, exports, main } = isObject(data) ? data : {};
  const entry = entryOf(exports) ?? (typeof main === "string" ? main : "index.js");
  return { name, folder, version: String(version), entry: join(folder, entry) };
}

/** The file that `exports` gives to `import`: a text, the entry ".", or the first condition that holds here. */
function entryOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (!isObject(exports)) return undefined;
  if (exports["."] !== undefined) return entryOf(exports["."]);
  for (const [condition, target] of Object.entries(exports)) {
    if (["node", "import", "module-sync", "default"].includes(condition)) return entryOf(target);
  }
  return undefined;
}

function lacking(adapter: unknown): string[] {
  if (!isObject(adapter)) return Object.keys(members);
  return Object.entries(members)
    .filter(([name, kind]) => (Array.isArray(adapter[name]) ? "array" : typeof adapter[name]) !== kind)
    .map(([name]) => name);
}

function wrongContract(contract: unknown): string {
  return contract === undefined
    ? "does not say for which version of the contract it was written"
    : `was written for version ${String(contract)} of the contract between etl and its adapters, this etl has version ${CONTRACT_VERSION}`;
}

function otherVersion(contract: unknown): string {
  return typeof contract === "number" && contract > CONTRACT_VERSION
    ? "update etl, or install an older version of the package"
    : "install a newer version of the package";
}

function invalid(
  { name, version, folder }: AdapterPackage,
  what: string,
  place: Place | undefined,
  help?: string,
  cause?: unknown,
): EtlError {
  const notes = [{ message: `it was found in ${folder}` }];
  const text = `the package ${name} ${version} ${what}`;
  return new EtlError([errorAt("adapter-invalid", text, place, { notes, help })], {
    cause,
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
