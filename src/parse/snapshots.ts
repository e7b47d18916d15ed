// Snapshots: blocks in SQL files, and entries of properties files with a `relation`.

import { errorAt } from "../base/diagnostic.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import type { Snapshot } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import type { SourceFile } from "../project/project.ts";
import { scan } from "./macros.ts";
import { checksumOf, entryConfigs, fqnOf, type MadeNode, makeNode, type NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey, filesOf } from "./properties.ts";
import { movedToConfig } from "./property-keys.ts";
import type { ParseSession } from "./session.ts";
import { asDict, asText } from "./value-shapes.ts";

/** Adds the snapshots of a package's files. */
export function addSnapshotFiles(files: readonly SourceFile[], maker: NodeMaker): void {
  const { session } = maker;
  // Which snapshots a file holds is only known from its text, so it depends on all that describe snapshots.
  const describing = filesOf(session.properties.of("snapshots"));
  for (const file of files)
    if (file.kind === "snapshot")
      session.units.run(`snapshot\0${file.path}`, [file, ...describing], () => addBlocks(file, maker));
}

function addBlocks(file: SourceFile, maker: NodeMaker): void {
  const { session } = maker;
  const text = session.textOf(file);
  const onBroken = (names: readonly string[]): void => {
    for (const name of names) session.brokenNames.add(name);
  };
  const { environment } = session.shared;
  for (const block of scan(file, environment, session.textOf, session.diagnostics, onBroken)) {
    if (block.kind !== "snapshot") continue;
    const name = block.shortName;
    const entry = session.properties.named("snapshots", file.packageName, name)[0];
    const made = makeNode(
      {
        ...draftOf(file, name, entry),
        source: block.body,
        checksum: checksumOf(text),
        path: file.relative,
        // A file can hold many snapshots, so it is a step of the name's path itself.
        fqn: fqnOf(file.packageName, `${file.relative.replace(/\.[^.]*$/, "")}/`, name),
      },
      maker,
    );
    if (made) addSnapshot(made.base, session);
  }
}

/** Adds the snapshots that properties files define: `select *` of their relation. */
export function addYamlSnapshots(packageName: string, maker: NodeMaker): void {
  const { units, properties } = maker.session;
  for (const entry of properties.of("snapshots"))
    if (entry.file.packageName === packageName && entry.keys.includes("relation"))
      units.run(entryKey(entry), [entry.file], () => addYamlSnapshot(entry, maker));
}

function addYamlSnapshot(entry: Entry, maker: NodeMaker): void {
  const { session } = maker;
  const { file, name } = entry;
  const relation = entry.values.get("relation");
  if (typeof relation !== "string" || !/^\s*(ref|source)\s*\(/.test(relation)) {
    session.diagnostics.push(
      errorAt(
        "snapshot-invalid",
        `the relation of snapshot "${name}" must be a ref or a source`,
        entry.place(["relation"]),
        { help: "write relation: ref('model')" },
      ),
    );
    return;
  }
  const place = entry.place(["relation"]);
  // Place the template so that the call in it lies where the user wrote it.
  const text = `select * from {{ ${relation} }}`;
  const source = {
    file: file.file,
    text,
    line: place.line,
    column: Math.max(1, place.column - "select * from {{ ".length),
  };
  const draft = {
    ...draftOf(file, name, entry),
    source,
    checksum: checksumOf(session.textOf(file)),
    path: `${file.relative}/${name}.sql`,
    fqn: fqnOf(file.packageName, file.relative, name),
  };
  const made = makeNode(draft, maker);
  if (made) addSnapshot(made.base, session);
}

function draftOf(file: SourceFile, name: string, entry: Entry | undefined) {
  return {
    type: "snapshot" as const,
    kind: "snapshot" as const,
    tree: "snapshots" as const,
    id: `snapshot.${file.packageName}.${name}`,
    name,
    file,
    entry,
    configs: entry ? entryConfigs(entry.values, movedToConfig) : [],
  };
}

/** `target_schema` and `target_database` win over what generate_schema_name says. */
function addSnapshot(node: MadeNode["base"], session: ParseSession): void {
  const { config } = node;
  const schema = asText(config.get("target_schema")) || node.schema;
  const database = asText(config.get("target_database")) || node.database;
  const { quote } = session.shared.adapter;
  const moved = schema !== node.schema || database !== node.database;
  const relationName = moved
    ? [database, schema, node.alias].flatMap((part) => (part === null ? [] : [quote(part)])).join(".")
    : node.relationName;
  const group = asText(config.get("group")) ?? null;
  const placed: Snapshot = { ...node, resourceType: "snapshot", group, schema, database, relationName };
  if (config.get("enabled") !== false) checkConfigs(placed, session);
  session.add(placed);
}

function checkConfigs(node: Snapshot, { shared, diagnostics }: ParseSession): void {
  const refuse = (key: string, message: string, help: string): void => {
    const place = configPlace(node, key, shared) ?? node.patchPlace ?? node.place;
    diagnostics.push(errorAt("snapshot-invalid", message, place, { help }));
  };
  checkStrategy(node, refuse);
  checkHardDeletes(node, refuse);
  checkMetaColumns(node, refuse);
}

type Refuse = (key: string, message: string, help: string) => void;

function checkStrategy({ name, config }: Snapshot, refuse: Refuse): void {
  const strategy = asText(config.get("strategy"));
  const missing: string[] = [];
  if (!config.get("unique_key")) missing.push("unique_key");
  if (strategy === undefined || strategy === "") missing.push("strategy");
  if (strategy === "timestamp" && !config.get("updated_at")) missing.push("updated_at");
  if (strategy === "check" && !config.get("check_cols")) missing.push("check_cols");
  if (missing.length === 0) return;
  const slips = missing.flatMap((key) => {
    const typed = [...config.keys()]
      .map(String)
      .find((one) => !strategyKeys.has(one) && nearest(one, [key]) === key);
    return typed === undefined ? [] : [`"${typed}" looks like "${key}"`];
  });
  const needs = `the strategy "timestamp" needs unique_key and updated_at, "check" needs unique_key and check_cols`;
  refuse("strategy", `snapshot "${name}" lacks ${missing.join(" and ")}`, slips[0] ?? needs);
}

const strategyKeys: ReadonlySet<string> = new Set(["unique_key", "strategy", "updated_at", "check_cols"]);

function checkHardDeletes({ name, config }: Snapshot, refuse: Refuse): void {
  const written = asText(config.get("hard_deletes"));
  if (written === undefined || hardDeletes.includes(written)) return;
  const help = didYouMean(written, hardDeletes) ?? `one of ${hardDeletes.join(", ")}`;
  refuse("hard_deletes", `hard_deletes of snapshot "${name}" cannot be "${written}"`, help);
}

const hardDeletes = ["ignore", "invalidate", "new_record"];

function checkMetaColumns({ name, config }: Snapshot, refuse: Refuse): void {
  const key = "snapshot_meta_column_names";
  for (const column of [...asDict(config.get(key)).keys()].map(String)) {
    if (metaColumns.includes(column)) continue;
    const help = didYouMean(column, metaColumns) ?? `names: ${metaColumns.join(", ")}`;
    refuse(key, `${key} of snapshot "${name}" has no "${column}"`, help);
  }
}

const metaColumns = ["dbt_valid_from", "dbt_valid_to", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"];
