// Seeds, analyses, singular tests, functions and the hooks of projects as nodes.

import { createHash } from "node:crypto";
import { errorAt } from "../base/diagnostic.ts";
import type { ProjectFile } from "../config/config.ts";
import { joinPath } from "../config/file-paths.ts";
import { PROJECT_FILE } from "../config/project-file.ts";
import { stripText } from "../jinja/methods/text-split.ts";
import type { Value } from "../jinja/value.ts";
import type { Checksum, FunctionNode, Language, Operation, Seed } from "../manifest/node.ts";
import type { FileKind, Package, SourceFile } from "../project/project.ts";
import {
  checksumOf,
  entryConfigs,
  fqnOf,
  makeNode,
  type NodeDraft,
  type NodeMaker,
  stemOf,
  templateOf,
} from "./node-parts.ts";
import type { Entry } from "./properties.ts";
import { movedToConfig, type Section } from "./property-keys.ts";
import { asDict, asList, asText } from "./value-shapes.ts";

/** Larger seeds are not hashed: their path stands for them (dbt's limit). */
const LARGEST_HASHED_SEED = 1024 * 1024;

/** Makes the node of every file of a kind: of the file, and of the entry that describes it. */
function addEach(
  kind: FileKind,
  section: Section,
  files: readonly SourceFile[],
  { session }: NodeMaker,
  add: (file: SourceFile, name: string, described: Described) => void,
): void {
  for (const file of files) {
    if (file.kind !== kind) continue;
    const name = stemOf(file.relative);
    const entry = session.properties.named(section, file.packageName, name)[0];
    session.units.run(`${kind}\0${file.path}`, entry ? [file, entry.file] : [file], () =>
      add(file, name, describedBy(entry)),
    );
  }
}

type Described = Pick<NodeDraft, "entry" | "configs">;

function describedBy(entry: Entry | undefined): Described {
  return { entry, configs: entry ? entryConfigs(entry.values, movedToConfig) : [] };
}

/** Adds the seeds of a package. */
export function addSeeds(files: readonly SourceFile[], maker: NodeMaker): void {
  addEach("seed", "seeds", files, maker, (file, name, { entry }) => {
    const seed = makeSeed(file, name, entry, maker);
    if (seed) maker.session.add(seed);
  });
}

/** The seed of a file. @param entry its properties */
export function makeSeed(
  file: SourceFile,
  name: string,
  entry: Entry | undefined,
  maker: NodeMaker,
): Seed | undefined {
  const made = makeNode(
    {
      type: "seed",
      kind: "seed",
      tree: "seeds",
      id: `seed.${file.packageName}.${name}`,
      name,
      file,
      path: file.relative,
      fqn: fqnOf(file.packageName, file.relative, name),
      source: { file: file.file, text: "" },
      checksum: seedChecksum(file, maker),
      ...describedBy(entry),
    },
    maker,
  );
  const rootPath = file.path.slice(0, file.path.length - file.original.length).replace(/[/\\]$/, "");
  return (
    made && {
      ...made.base,
      resourceType: "seed",
      rootPath,
      group: asText(made.base.config.get("group")) ?? null,
    }
  );
}

function seedChecksum(file: SourceFile, { session }: NodeMaker): Checksum {
  const { files } = session.shared.host;
  if ((files.stat(file.path)?.size ?? 0) > LARGEST_HASHED_SEED)
    return { name: "path", checksum: file.original };
  // As dbt hashes it: without whitespace around it, with a byte order mark.
  const text = stripText(Buffer.from(files.readBytes(file.path)).toString("utf8"), true, true);
  return { name: "sha256", checksum: createHash("sha256").update(text).digest("hex") };
}

/** Adds the analyses of a package. */
export function addAnalyses(files: readonly SourceFile[], maker: NodeMaker): void {
  const { session } = maker;
  addEach("analysis", "analyses", files, maker, (file, name, described) => {
    const text = session.textOf(file);
    const path = `analysis/${file.relative}`;
    const made = makeNode(
      {
        type: "analysis",
        kind: "node",
        tree: "models",
        id: `analysis.${file.packageName}.${name}`,
        name,
        file,
        path,
        fqn: fqnOf(file.packageName, path, name),
        source: templateOf(file, text),
        checksum: checksumOf(text),
        ...described,
      },
      maker,
    );
    if (made) session.add({ ...made.base, resourceType: "analysis" });
  });
}

/** Adds the singular tests of a package. */
export function addSingularTests(files: readonly SourceFile[], maker: NodeMaker): void {
  const { session } = maker;
  addEach("singular-test", "data_tests", files, maker, (file, name, described) => {
    const text = session.textOf(file);
    const made = makeNode(
      {
        type: "test",
        kind: "test",
        tree: "data_tests",
        id: `test.${file.packageName}.${name}`,
        name,
        file,
        path: file.relative,
        fqn: fqnOf(file.packageName, file.relative, name),
        source: templateOf(file, text),
        checksum: checksumOf(text),
        ...described,
      },
      maker,
    );
    if (!made) return;
    session.add({
      ...made.base,
      resourceType: "test",
      group: asText(made.base.config.get("group")) ?? null,
      columnName: null,
      fileKeyName: null,
      attachedNode: null,
      testMetadata: null,
    });
  });
}

/** Adds on-run-start and on-run-end of a project as operations. */
export function addRunHooks({ project, name: packageName }: Package, maker: NodeMaker): void {
  if (!project) return;
  for (const on of ["start", "end"] as const)
    for (const [index, hook] of (on === "start" ? project.onRunStart : project.onRunEnd).entries())
      maker.session.units.run(`hook\0${packageName}\0${on}\0${index}`, [], () =>
        addRunHook(project, packageName, { on, index, ...hook }, maker),
      );
}

function addRunHook(
  { folder }: ProjectFile,
  packageName: string,
  { on, index, sql, place }: Pick<Operation, "index" | "place"> & { on: "start" | "end"; sql: string },
  maker: NodeMaker,
): void {
  const { session } = maker;
  const name = `${packageName}-on-run-${on}-${index}`;
  const path = `hooks/${name}.sql`;
  const file: SourceFile = {
    kind: "macro",
    packageName,
    path: joinPath(folder, PROJECT_FILE),
    file: place.file,
    relative: path,
    original: "./dbt_project.yml",
  };
  const made = makeNode(
    {
      type: "operation",
      kind: "node",
      tree: "models",
      id: `operation.${packageName}.${name}`,
      name,
      file,
      path,
      fqn: [packageName, "hooks", name],
      source: { file: place.file, text: sql, line: place.line, column: place.column },
      checksum: checksumOf(session.textOf(file)),
      entry: undefined,
      configs: [],
      tags: [`on-run-${on}`],
    },
    maker,
  );
  if (!made) return;
  const operation: Operation = { ...made.base, resourceType: "operation", index, on };
  session.add(operation);
}

/** Adds user-defined functions: SQL files whose signature stands in a properties file. */
export function addFunctions(files: readonly SourceFile[], maker: NodeMaker): void {
  const { session } = maker;
  addEach("function", "functions", files, maker, (file, name, described) => {
    const text = session.textOf(file);
    const made = makeNode(
      {
        type: "function",
        kind: "function",
        tree: "functions",
        id: `function.${file.packageName}.${name}`,
        name,
        file,
        path: file.relative,
        fqn: fqnOf(file.packageName, file.relative, name),
        source: templateOf(file, text),
        checksum: checksumOf(text),
        language: languageOf(file.relative),
        ...described,
      },
      maker,
    );
    if (!made) return;
    const { entry } = described;
    const returns = asDict(entry?.values.get("returns"));
    if (!returns.has("data_type")) {
      session.diagnostics.push(
        errorAt(
          "function-invalid",
          `function "${name}" has no return type`,
          entry?.place() ?? made.base.place,
          { help: "describe it under functions: with returns: {data_type: ...} and arguments" },
        ),
      );
      return;
    }
    const node: FunctionNode = {
      ...made.base,
      resourceType: "function",
      group: asText(made.base.config.get("group")) ?? null,
      access: "protected",
      arguments: asList(entry?.values.get("arguments")).flatMap((item) =>
        item instanceof Map ? [argumentOf(item)] : [],
      ),
      returns: {
        dataType: asText(returns.get("data_type")) ?? "",
        description: asText(returns.get("description")) ?? "",
      },
    };
    session.add(node);
  });
}

/** A function's language, by its file. What dbt 1.11 does not read, functions in JavaScript, 1.12 does. */
function languageOf(path: string): Language {
  if (/\.py$/i.test(path)) return "python";
  return /\.js$/i.test(path) ? "javascript" : "sql";
}

function argumentOf(item: ReadonlyMap<Value, Value>): FunctionNode["arguments"][number] {
  return {
    name: asText(item.get("name")) ?? "",
    dataType: asText(item.get("data_type")) ?? "",
    description: asText(item.get("description")) ?? "",
    defaultValue: item.get("default_value") ?? null,
  };
}
