// Finds an adapter by its type. The one place of `src` that names adapters.

import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";
import type { Files } from "../base/host.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Adapter } from "./adapter.ts";
import { findAdapterPackage, loadPackagedAdapter } from "./adapter-package.ts";

const bundled: Readonly<Record<string, () => Promise<{ readonly adapter: Adapter }>>> = {
  bigquery: () => import("../../adapters/bigquery/index.ts"),
  duckdb: () => import("../../adapters/duckdb/index.ts"),
  postgres: () => import("../../adapters/postgres/index.ts"),
  snowflake: () => import("../../adapters/snowflake/index.ts"),
  trino: () => import("../../adapters/trino/index.ts"),
};

/** Types of the adapters that come with etl. */
export const bundledAdapters: readonly string[] = Object.keys(bundled);

/** Where an adapter was asked for, and where packages are looked for. */
export interface AdapterSearch {
  readonly projectFolder: string;
  readonly files: Files;
  /** Where its type was written. */
  readonly place?: Place | undefined;
}

/** @returns an adapter that comes with etl, undefined when none has this type */
export async function loadBundledAdapter(type: string): Promise<Adapter | undefined> {
  const load = Object.hasOwn(bundled, type) ? bundled[type] : undefined;
  return (await load?.())?.adapter;
}

/**
 * Loads the adapter for a profile's `type`: a bundled one, else the npm package `etl-adapter-<type>`.
 * @throws EtlError(adapter-unknown) with the nearest type or how to install it, EtlError(adapter-invalid) for a
 *   package that does not keep the contract
 */
export async function loadAdapter(type: string, search: AdapterSearch): Promise<Adapter> {
  const { projectFolder, files, place } = search;
  const own = await loadBundledAdapter(type);
  if (own) return own;
  const isName = /^[a-z][a-z0-9_-]*$/.test(type);
  const found = isName ? findAdapterPackage(type, projectFolder, files, place) : undefined;
  if (found) return loadPackagedAdapter(found, type, files, place);
  const known = `known types: ${bundledAdapters.join(", ")}`;
  const install = `others come as packages: npm install etl-adapter-${type} in ${projectFolder}`;
  throw new EtlError([
    errorAt("adapter-unknown", `there is no adapter "${type}"`, place, {
      help: didYouMean(type, bundledAdapters) ?? (isName ? `${known}; ${install}` : known),
    }),
  ]);
}

/**
 * Loads the adapters whose macros are tried after those of an adapter, in order; those that are parents of parents
 * come after them.
 * @throws EtlError as `loadAdapter`
 */
export async function loadParents(adapter: Adapter, search: AdapterSearch): Promise<readonly Adapter[]> {
  const found = new Map<string, Adapter>();
  for (const types = [...(adapter.parents ?? [])]; types.length > 0; ) {
    const type = types.shift() ?? "";
    if (type === adapter.type || found.has(type)) continue;
    const parent = await loadAdapter(type, search);
    found.set(type, parent);
    types.push(...(parent.parents ?? []));
  }
  return [...found.values()];
}
