// Snapshots: blocks in SQL files, and entries of properties files with a `relation`.

import { errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { Snapshot } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import type { SourceFile } from "../project/project.ts";
import { scan } from "./macros.ts";
import { checksumOf, entryConfigs, fqnOf, makeNode, type NodeMaker } from "./node-parts.ts";
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
    if (made)
      addSnapshot(
        { ...made.base, resourceType: "snapshot", group: asText(made.base.config.get("group")) ?? null },
        maker,
      );
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
  if (made)
    addSnapshot(
      { ...made.base, resourceType: "snapshot", group: asText(made.base.config.get("group")) ?? null },
      maker,
    );
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

/** `target_schema` and `target_database` win over what generate_schema_name says; needs of the strategy are checked. */
function addSnapshot(node: Snapshot, { session }: NodeMaker): void {
  const schema = asText(node.config.get("target_schema")) || node.schema;
  const database = asText(node.config.get("target_database")) || node.database;
  const { shared } = session;
  const quote = shared.adapter.quote;
  const moved = schema !== node.schema || database !== node.database;
  const relationName = moved
    ? [database, schema, node.alias].flatMap((part) => (part === null ? [] : [quote(part)])).join(".")
    : node.relationName;
  const placed: Snapshot = { ...node, schema, database, relationName };
  if (placed.config.get("enabled") !== false) checkStrategy(placed, session);
  session.add(placed);
}

function checkStrategy(node: Snapshot, { shared, diagnostics }: ParseSession): void {
  const { config } = node;
  const placeOf = (key: string) => configPlace(node, key, shared) ?? node.patchPlace ?? node.place;
  const strategy = asText(config.get("strategy"));
  const missing: string[] = [];
  if (!config.get("unique_key")) missing.push("unique_key");
  if (strategy === undefined || strategy === "") missing.push("strategy");
  if (strategy === "timestamp" && !config.get("updated_at")) missing.push("updated_at");
  if (strategy === "check" && !config.get("check_cols")) missing.push("check_cols");
  if (missing.length > 0) {
    const near = missing.flatMap((key) => {
      const typed = [...config.keys()]
        .map(String)
        .find((one) => !knownKeys.has(one) && nearest(one, [key]) === key);
      return typed === undefined ? [] : [`"${typed}" looks like "${key}"`];
    });
    diagnostics.push(
      errorAt(
        "snapshot-invalid",
        `snapshot "${node.name}" lacks ${missing.join(" and ")}`,
        placeOf("strategy"),
        {
          help:
            near[0] ??
            `the strategy "timestamp" needs unique_key and updated_at, "check" needs unique_key and check_cols`,
        },
      ),
    );
  }
  const hard = asText(config.get("hard_deletes"));
  if (hard !== undefined && !hardDeletes.includes(hard)) {
    const close = nearest(hard, hardDeletes);
    diagnostics.push(
      errorAt(
        "snapshot-invalid",
        `hard_deletes of snapshot "${node.name}" cannot be "${hard}"`,
        placeOf("hard_deletes"),
        {
          help: close ? `did you mean "${close}"?` : `one of ${hardDeletes.join(", ")}`,
        },
      ),
    );
  }
  const names = asDict(config.get("snapshot_meta_column_names"));
  for (const key of names.keys()) {
    if (metaColumns.includes(String(key))) continue;
    const close = nearest(String(key), metaColumns);
    diagnostics.push(
      errorAt(
        "snapshot-invalid",
        `snapshot_meta_column_names of snapshot "${node.name}" has no "${String(key)}"`,
        placeOf("snapshot_meta_column_names"),
        { help: close ? `did you mean "${close}"?` : `names: ${metaColumns.join(", ")}` },
      ),
    );
  }
}

const hardDeletes = ["ignore", "invalidate", "new_record"];
const metaColumns = ["dbt_valid_from", "dbt_valid_to", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"];
const knownKeys: ReadonlySet<string> = new Set(["unique_key", "strategy", "updated_at", "check_cols"]);
