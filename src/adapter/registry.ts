// Finds an adapter by its type. The one place of `src` that names adapters.

import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { Adapter } from "./adapter.ts";

const bundled: Readonly<Record<string, () => Promise<{ readonly adapter: Adapter }>>> = {
  duckdb: () => import("../../adapters/duckdb/index.ts"),
  postgres: () => import("../../adapters/postgres/index.ts"),
};

/** Types of the adapters that come with etl. */
export const bundledAdapters: readonly string[] = Object.keys(bundled);

/**
 * Loads the adapter for a profile's `type`: a bundled one, else the npm package `etl-adapter-<type>`.
 * @param type the type as written in profiles.yml
 * @param place where it was written
 * @throws EtlError(adapter-unknown) with the nearest bundled type and how to add a package
 */
export async function loadAdapter(type: string, place?: Place): Promise<Adapter> {
  const load = Object.hasOwn(bundled, type) ? bundled[type] : undefined;
  if (load) return (await load()).adapter;
  if (/^[a-z][a-z0-9_-]*$/.test(type)) {
    const specifier = `etl-adapter-${type}`;
    try {
      return ((await import(specifier)) as { adapter: Adapter }).adapter;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    }
  }
  const near = nearest(type, bundledAdapters);
  throw new EtlError([
    errorAt("adapter-unknown", `there is no adapter "${type}"`, place, {
      help: near
        ? `did you mean "${near}"?`
        : `known types: ${bundledAdapters.join(", ")}; others come as a package: npm install -g etl-adapter-${type}`,
    }),
  ]);
}
