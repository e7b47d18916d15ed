// `npm run bench`: how long the built program takes for what people wait for, as a ratio to the least that the same work
// can cost, measured in the same run: bare Node, or the bare driver with the same finished statements. Prints figures and
// judges nothing; compare figures of one run only.
//   npm run bench -- [words of the measures ...] [--rounds N] [--nodes N] [--rows N]
//   npm run bench -- parse            only what has "parse" in its name

import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    nodes: { type: "string", default: "500" },
    rows: { type: "string", default: "1000000" },
  },
});
const rounds = Number(values.rounds);
const nodes = Number(values.nodes);
const rows = Number(values.rows);
const cli = join(root, "dist", "cli.js");
const lab = mkdtempSync(join(tmpdir(), "etl-bench-"));

/** A project folder with an empty DuckDB file for its warehouse. */
function project(name, files) {
  const folder = join(lab, name);
  const profile = `${name}: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb, threads: 4}}}\n`;
  const all = {
    "dbt_project.yml": `name: ${name}\nversion: "1.0"\nprofile: ${name}\n`,
    "profiles.yml": profile,
  };
  for (const [path, text] of Object.entries({ ...all, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Models that the engine makes at once, so that the time is ours. */
function models(materialized) {
  const files = {};
  for (let index = 0; index < nodes; index += 1) {
    const query = index < 10 ? `select ${index} as id` : `select * from {{ ref('m${index % 10}') }}`;
    files[`models/m${index}.sql`] = `{{ config(materialized='${materialized}') }}\n${query}\n`;
  }
  return files;
}

function seedText() {
  const lines = ["id,name,amount,is_paid,ordered_on,updated_at"];
  for (let id = 1; id <= rows; id += 1)
    lines.push(`${id},name ${id},${id}.25,true,2024-02-${10 + (id % 19)},2024-01-03 02:02:${10 + (id % 50)}`);
  return `${lines.join("\n")}\n`;
}

/** Node with the driver and statements, `threads` at a time. */
function bare(folder, statements, threads = 4) {
  const script = `
    import { createRequire } from "node:module";
    const { DuckDBInstance } = createRequire(${JSON.stringify(join(root, "package.json"))})("@duckdb/node-api");
    const instance = await DuckDBInstance.create("w.duckdb");
    const statements = ${statements};
    await Promise.all(Array.from({ length: ${threads} }, async () => {
      const connection = await instance.connect();
      for (let next = statements.shift(); next !== undefined; next = statements.shift()) await connection.run(next);
    }));
  `;
  return { args: ["--input-type=module", "-e", script], folder, before: () => remove(folder, "w.duckdb") };
}

function remove(folder, ...names) {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

const etl = (folder, words, ...removed) => ({
  args: [cli, ...words],
  folder,
  before: () => remove(folder, ...removed),
});
/** A parse after a line more in one model. */
const edited = (folder) => ({
  ...etl(folder, ["parse"]),
  before: () => appendFileSync(join(folder, "models", "m11.sql"), "-- edited\n"),
});
const created = (kind) =>
  `Array.from({ length: ${nodes} }, (_, index) => "create ${kind} m" + index + " as select " + index + " as id")`;

const node = { args: ["-e", "0"], folder: lab, before: () => {} };
/** Name, what is measured, its floor, and how many nodes share what lies above the floor. Folders are made when needed. */
const measures = [
  ["startup: --version", () => etl(lab, ["--version"]), () => node],
  ["startup: help", () => etl(lab, ["help"]), () => node],
  ["parse: example, cold", () => etl(example(), ["parse"], "target"), () => node],
  ["parse: example, warm", () => etl(example(), ["parse"]), () => node],
  ["build: example", () => etl(example(), ["build"], "target", "bike_share.duckdb"), () => node],
  [`parse: ${nodes} models, cold`, () => etl(views(), ["parse"], "target"), () => node, nodes],
  [`parse: ${nodes} models, warm`, () => etl(views(), ["parse"]), () => node, nodes],
  [`parse: ${nodes} models, one edited`, () => edited(views()), () => node, nodes],
  [
    `run: ${nodes} views`,
    () => etl(views(), ["run"], "w.duckdb"),
    () => bare(views(), created("view")),
    nodes,
  ],
  [
    `run: ${nodes} tables`,
    () => etl(tables(), ["run"], "w.duckdb"),
    () => bare(tables(), created("table")),
    nodes,
  ],
  [
    `seed: ${rows} rows`,
    () => etl(seeds(), ["seed"], "w.duckdb"),
    () => bare(seeds(), `["create table s as from read_csv('seeds/s.csv')"]`, 1),
  ],
];

const once = (make) => {
  let made;
  return () => {
    made ??= make();
    return made;
  };
};
const views = once(() => project("views", models("view")));
const tables = once(() => project("tables", models("table")));
const seeds = once(() => project("seeds", { "seeds/s.csv": seedText() }));
const example = once(() => {
  const folder = join(lab, "example");
  const filter = (path) => !/[/\\](target|logs)$|\.duckdb/.test(path);
  cpSync(join(root, "example-project"), folder, { recursive: true, filter });
  return folder;
});

function timed({ args, folder, before }) {
  before();
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const milliseconds = performance.now() - start;
  if (status !== 0)
    throw new Error(`${args.slice(0, 3).join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return milliseconds;
}

/** Both in turn, so that load on the machine hits both. */
function compared(ours, floor) {
  timed(ours);
  const times = Array.from({ length: rounds }, () => [timed(floor), timed(ours)]);
  return [0, 1].map((side) => Math.min(...times.map((pair) => pair[side])));
}

try {
  const columns = ["floor ms", "etl ms", "ratio", "ms a node above"];
  console.log(
    `${"".padEnd(32)}${columns.map((name) => name.padStart(16)).join("")}  least of ${rounds} rounds`,
  );
  for (const [name, ours, floor, shared] of measures) {
    if (positionals.length > 0 && !positionals.some((word) => name.includes(word))) continue;
    const [least, own] = compared(ours(), floor());
    const above = shared === undefined ? "" : ((own - least) / shared).toFixed(2);
    const cells = [least.toFixed(0), own.toFixed(0), `${(own / least).toFixed(1)}x`, above];
    console.log(`${name.padEnd(32)}${cells.map((cell) => cell.padStart(16)).join("")}`);
  }
} finally {
  rmSync(lab, { recursive: true, force: true });
}
