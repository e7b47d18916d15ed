// What remembering costs: a run of many small tables with history on against the same run with history off, in turn, in
// this process, on DuckDB and on a PostgreSQL of its own. Prints milliseconds a node, of the clock and of this process's
// CPU (DuckDB works in it, PostgreSQL does not).
// Run: node test/bench/state.mjs [--nodes N] [--rounds N]   (needs `npm run build`)

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: { nodes: { type: "string", default: "200" }, rounds: { type: "string", default: "5" } },
});
const [nodes, rounds] = [Number(values.nodes), Number(values.rounds)];
const lab = mkdtempSync(join(tmpdir(), "etl-bench-state-"));
const etl = await import(pathToFileURL(join(root, "dist/index.mjs")).href);

/** The launcher of the tests, which is TypeScript. */
async function startPostgres() {
  // Beside the guard that it starts.
  const outfile = join(root, "test/adapter", `.launch-${process.pid}.mjs`);
  const entryPoints = [join(root, "test/postgres/launch.ts")];
  try {
    await build({ entryPoints, outfile, bundle: true, format: "esm", platform: "node", packages: "external" });
    return await (await import(pathToFileURL(outfile).href)).startPostgres();
  } finally {
    rmSync(outfile, { force: true });
  }
}

function project(name, output) {
  const folder = join(lab, name);
  mkdirSync(join(folder, "models"), { recursive: true });
  writeFileSync(join(folder, "dbt_project.yml"), `name: ${name}\nprofile: ${name}\n`);
  const profiles = { [name]: { target: "dev", outputs: { dev: { threads: 4, ...output } } } };
  writeFileSync(join(folder, "profiles.yml"), JSON.stringify(profiles));
  for (let index = 0; index < nodes; index += 1)
    writeFileSync(
      join(folder, `models/m${index}.sql`),
      `{{ config(materialized='table') }}\nselect ${index} as id\n`,
    );
  return folder;
}

/** One run; milliseconds a node. */
async function run(folder, history) {
  const { signal } = new AbortController();
  const host = etl.nodeHost({ cwd: folder, env: { HOME: folder }, emit: () => {}, clean: (text) => text, signal });
  const config = await etl.loadConfig({ command: "run", cli: new Map([["history", history]]), cwd: folder }, host);
  const invocation = { id: host.uuid(), startedAt: host.now(), command: "run" };
  return etl.withProject(config, invocation, host, async (opened) => {
    const [cpu, clock] = [process.cpuUsage(), performance.now()];
    const report = await etl.buildNodes(opened, "run");
    if (!report.success) throw new Error(`a run on ${folder} failed: ${report.results.find(({ status }) => status !== "success")?.message}`);
    const { user, system } = process.cpuUsage(cpu);
    return { clock: (performance.now() - clock) / nodes, cpu: (user + system) / 1000 / nodes };
  });
}

function median(list) {
  return list.sort((a, b) => a - b)[list.length >> 1];
}

async function measure(name, folder) {
  const off = [];
  const on = [];
  // The first runs make the relations and the tables of the state.
  for (const history of [false, true]) await run(folder, history);
  for (let round = 0; round < rounds; round += 1) {
    off.push(await run(folder, false));
    on.push(await run(folder, true));
  }
  for (const [kind, list] of [["off", off], ["on", on]])
    console.log(
      `${name.padEnd(10)} history ${kind.padEnd(4)} ${median(list.map(({ clock }) => clock)).toFixed(2).padStart(7)} ms a node, CPU ${median(list.map(({ cpu }) => cpu)).toFixed(2).padStart(6)}`,
    );
  const more = (key) => median(on.map((one) => one[key])) - median(off.map((one) => one[key]));
  console.log(`${name.padEnd(10)} costs        ${more("clock").toFixed(2).padStart(7)} ms a node, CPU ${more("cpu").toFixed(2).padStart(6)}`);
}

try {
  await measure("duckdb", project("duck", { type: "duckdb", path: "w.duckdb" }));
  const server = await startPostgres();
  try {
    const { host, port, user, password, database } = server;
    await measure("postgres", project("pg", { type: "postgres", host, port, user, password, dbname: database, schema: "bench" }));
  } finally {
    await server.stop();
  }
} finally {
  rmSync(lab, { recursive: true, force: true });
}
