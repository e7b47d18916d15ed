// The CSV file behind a seed: its columns with their SQL types, as config `column_types` says or as the cells look like.

import { parse } from "csv-parse/sync";
import type { Adapter, SeedColumn, SeedFile } from "../adapter/adapter.ts";
import { inferSeed } from "../adapter/infer-seed.ts";
import type { Family } from "../adapter/result.ts";
import { warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { treeLevels } from "../config/config-tree.ts";
import { PROJECT_FILE } from "../config/project-file.ts";
import { warningPolicy } from "../config/warning-policy.ts";
import { quotesSeedColumns } from "../context/adapter-files.ts";
import { readerOf } from "../context/cell-values.ts";
import type { SharedScope } from "../context/scope.ts";
import { TableValue } from "../context/table-value.ts";
import type { Value } from "../jinja/value.ts";
import type { Seed } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import { rememberedSeed } from "./seed-cache.ts";

/** Reads the seed's file once, when something first asks for it. @throws EtlError for a file that cannot be read as CSV */
export function lazySeedFile(seed: Seed, shared: SharedScope): () => Promise<SeedFile> {
  let file: Promise<SeedFile> | undefined;
  return () => {
    file ??= readSeedFile(seed, shared);
    return file;
  };
}

/** The config `delimiter`, else a comma. */
export function delimiterOf({ config }: Seed): string {
  const delimiter = config.get("delimiter");
  return typeof delimiter === "string" && delimiter !== "" ? delimiter : ",";
}

/** @returns the name that a column of the file has in the warehouse: without quotes, blanks around it are nothing */
export function builtName(written: string, seed: Seed, adapter: Pick<Adapter, "defaultQuoting">): string {
  return quotesSeedColumns(adapter, seed.config.get("quote_columns") ?? null) ? written : written.trim();
}

/**
 * The columns of a seed as loading it makes them, without a word about what is wrong with the file.
 * @throws EtlError for a file that cannot be read as CSV
 */
export async function seedColumns(seed: Seed, shared: SharedScope): Promise<readonly SeedColumn[]> {
  const host = { ...shared.host, emit: () => undefined };
  const { columns } = await readSeedFile(seed, { ...shared, host });
  return columns.map((column) => ({ ...column, name: builtName(column.name, seed, shared.adapter) }));
}

async function readSeedFile(seed: Seed, shared: SharedScope): Promise<SeedFile> {
  const { host, adapter } = shared;
  const source = {
    path: `${seed.rootPath}/${seed.originalFilePath}`,
    file: seed.place.file,
    delimiter: delimiterOf(seed),
  };
  const value = await rememberedSeed(source, shared.config.targetFolder, host, async () => {
    const found = await inferSeed(source);
    for (const diagnostic of found.diagnostics) host.emit({ kind: "diagnostic", diagnostic });
    return { value: found.value, flawless: found.diagnostics.length === 0 };
  });
  const types = seed.config.get("column_types");
  const given = types instanceof Map ? types : new Map<Value, Value>();
  warnOfUnknownColumns(
    seed,
    given,
    value.columns.map(({ name }) => name),
    shared,
  );
  const columns = value.columns.map(({ name, kind, nullWords }): SeedColumn => {
    const type = given.get(name);
    return { name, type: typeof type === "string" ? type : adapter.types.seeds[kind], nullWords };
  });
  return { ...source, columns, irregular: value.irregular, apostrophes: value.apostrophes };
}

function warnOfUnknownColumns(
  seed: Seed,
  types: ReadonlyMap<Value, Value>,
  names: readonly string[],
  shared: SharedScope,
): void {
  const { host, config } = shared;
  for (const name of types.keys()) {
    if (typeof name !== "string" || names.includes(name)) continue;
    const place = configPlace(seed, "column_types", shared, name);
    const near = didYouMean(name, names);
    // What the project says of all its seeds may be meant for others; a slip is told once, by the same words for all.
    const isShared = place?.file === PROJECT_FILE && !isSaidOf(seed, name, config);
    if (isShared && near === undefined) continue;
    const whose = isShared ? "seeds below it do not have" : `is not a column of ${seed.place.file}`;
    const warning = warningAt(
      "seed-column-types",
      `column_types${isShared ? "" : ` of seed "${seed.name}"`} names "${name}", which ${whose}`,
      place ?? seed.patchPlace ?? seed.place,
      { help: near ?? `its columns: ${names.join(", ")}` },
    );
    warningPolicy(config.flags).tell([warning], host.emit);
  }
}

/** Whether dbt_project.yml types a column of this very seed, not of all in a folder. */
function isSaidOf({ fqn }: Seed, column: string, { project }: SharedScope["config"]): boolean {
  const types = treeLevels(project.trees.seeds, fqn)[fqn.length]?.configs.get("column_types");
  return types instanceof Map && types.has(column);
}

/**
 * What `load_agate_table()` gives: names and types at once, cells only when a macro of the project reads rows.
 * @param readText the file as text; called then
 */
export function seedTable(
  file: SeedFile,
  adapter: Adapter,
  readText: () => string,
  print: (text: string) => void,
): TableValue {
  let rows: readonly (readonly Value[])[] | undefined;
  return new TableValue(
    {
      names: file.columns.map(({ name }) => name),
      types: file.columns.map(({ type }) => readerOf(adapter.types.family(type)).type),
      get rows() {
        rows ??= (
          parse(readText(), {
            delimiter: file.delimiter,
            relax_column_count: true,
            from_line: 2,
          }) as string[][]
        ).map((cells) =>
          cells.map((cell, i) => cellValue(cell, adapter.types.family(file.columns[i]?.type ?? ""))),
        );
        return rows;
      },
    },
    print,
  );
}

function cellValue(cell: string, family: Family): Value {
  if (cell === "" || (family !== "text" && cell.trim().toLowerCase() === "null")) return null;
  return readerOf(family).read(typedCell(cell.trim(), cell, family));
}

function typedCell(trimmed: string, cell: string, family: Family): string | number | bigint | boolean {
  if (family === "boolean") return /^(?:true|t|yes|y|1)$/i.test(trimmed);
  if (family === "float") return Number(trimmed);
  if (family !== "integer") return family === "text" ? cell : trimmed;
  const number = Number(trimmed);
  return Number.isSafeInteger(number) ? number : BigInt(trimmed);
}
