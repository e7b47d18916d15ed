// `npm run bench`: how long the built program takes for what people wait for, beside bare Node and the bare driver in
// the same run. Prints figures and judges nothing; compare figures of one run only.
//   npm run bench -- [--rounds N] [--nodes N]

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, nodes: { type: "string", default: "200" } },
});
const rounds = Number(values.rounds);
const nodes = Number(values.nodes);
const cli = join(root, "dist", "cli.js");
const lab = mkdtempSync(join(tmpdir(), "etl-bench-"));

/** Views over views: nothing for the engine to do, so the time is ours. */
function layOutViews(folder) {
  mkdirSync(join(folder, "models"), { recursive: true });
  writeFileSync(join(folder, "dbt_project.yml"), 'name: views\nversion: "1.0"\n');
  for (let index = 0; index < nodes; index += 1) {
    const from = index < 10 ? "select 1 as id" : `select * from {{ ref('v${index % 10}') }}`;
    writeFileSync(join(folder, "models", `v${index}.sql`), `${from}\n`);
  }
}

const bareDriver = `
  import { DuckDBInstance } from ${JSON.stringify(import.meta.resolve("@duckdb/node-api"))};
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  for (let index = 0; index < ${nodes}; index += 1) await connection.run("create view v" + index + " as select 1 as id");
`;

const example = join(lab, "example");
cpSync(join(root, "example-project"), example, {
  recursive: true,
  filter: (path) => !/[/\\](target|logs)$|\.duckdb/.test(path),
});
const views = join(lab, "views");
layOutViews(views);

const clean = (folder) => () => {
  for (const name of ["target", "logs"]) rmSync(join(folder, name), { recursive: true, force: true });
};
const measures = [
  ["bare Node", ["-e", "0"]],
  ["etl --version", [cli, "--version"]],
  ["etl help", [cli, "help"]],
  ["etl parse, example, cold", [cli, "parse"], example, clean(example)],
  ["etl parse, example, warm", [cli, "parse"], example],
  ["etl build, example", [cli, "build", "--full-refresh"], example],
  [`etl parse, ${nodes} views, cold`, [cli, "parse"], views, clean(views)],
  [`etl run, ${nodes} views`, [cli, "run", "--threads", "1"], views],
  [`bare driver, ${nodes} views`, ["--input-type=module", "-e", bareDriver]],
];

try {
  console.log(
    `${"".padEnd(32)} ${"least".padStart(9)} ${"median".padStart(9)}  of ${rounds} rounds, milliseconds`,
  );
  for (const [name, args, cwd = lab, before = () => {}] of measures) {
    const times = [];
    for (let round = 0; round < rounds; round += 1) {
      before();
      const start = performance.now();
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
      times.push(performance.now() - start);
      if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stdout}${stderr}`);
    }
    times.sort((a, b) => a - b);
    console.log(
      `${name.padEnd(32)} ${times[0].toFixed(0).padStart(9)} ${times[Math.floor(rounds / 2)].toFixed(0).padStart(9)}`,
    );
  }
} finally {
  rmSync(lab, { recursive: true, force: true });
}
