// Times of the template language: parsing and rendering a model of median size, and scanning all macro files given.
// Run: node test/bench/jinja.mjs [folder with macro files]   (bundles the sources with esbuild first)

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const MODEL = `{{
    config(
        materialized='incremental',
        unique_key='order_id'
    )
}}

with orders as (
    select * from {{ ref('stg_orders') }}
),
{% set methods = ['card', 'coupon', 'gift'] %}
payments as (
    select
        order_id,
        {% for method in methods -%}
        sum(case when method = '{{ method }}' then amount else 0 end) as {{ method }}_amount,
        {% endfor -%}
        sum(amount) as total
    from {{ ref('stg_payments') }}
    group by order_id
)
select
    orders.*,
    payments.total
from orders
left join payments using (order_id)
{% if is_incremental() %}
where ordered_on > (select max(ordered_on) from {{ this }})
{% endif %}
`;

/** Median of the times of many runs, in microseconds. */
function median(act, runs = 3000) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    act(run);
    times.push((performance.now() - start) * 1000);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}

/** All .sql files below a folder. */
function sqlFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sql"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

async function loadEngine(folder) {
  const source = (path) => fileURLToPath(new URL(`../../src/jinja/${path}`, import.meta.url));
  const parts = ["environment.ts", "drive.ts", "value.ts"];
  const contents = parts.map((path) => `export * from ${JSON.stringify(source(path))};`).join("\n");
  const outfile = join(folder, "engine.mjs");
  const stdin = { contents, resolveDir: fileURLToPath(new URL("../..", import.meta.url)), loader: "ts" };
  await build({ stdin, bundle: true, format: "esm", platform: "node", outfile, logLevel: "error" });
  return import(pathToFileURL(outfile).href);
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "etl-bench-"));
  try {
    const { Environment, drive, NativeFunction } = await loadEngine(folder);
    const environment = new Environment();
    const globals = new Map([
      ["ref", new NativeFunction("ref", ([name]) => `"db"."main"."${name}"`)],
      ["config", new NativeFunction("config", () => "")],
      ["is_incremental", new NativeFunction("is_incremental", () => true)],
      ["this", '"db"."main"."orders"'],
    ]);
    const compile = (text) => environment.compile({ file: "models/a.sql", text });
    const render = (template) => drive(template.render(globals), () => null).text;
    const template = compile(MODEL);
    render(template);
    const line = (what, value, unit) => console.log(`${what.padEnd(44)} ${value.toFixed(1).padStart(8)} ${unit}`);
    line("parse a model", median(() => compile(MODEL)), "us");
    line("render it, the code being written", median(() => render(template)), "us");
    line("parse, write code and render", median((run) => render(compile(MODEL + run))), "us");
    const macros = process.argv[2];
    if (macros === undefined) return;
    const files = sqlFiles(macros).map((file) => ({ file, text: readFileSync(file, "utf8") }));
    const start = performance.now();
    let blocks = 0;
    for (const source of files) blocks += environment.scan(source).length;
    line(`scan ${files.length} files with ${blocks} blocks`, performance.now() - start, "ms");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
