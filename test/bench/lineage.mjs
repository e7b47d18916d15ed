// Times of column lineage: parsing a model of median size, tracing it, and a project of many models from nothing.
// Run: node test/bench/lineage.mjs [models]   (bundles the sources with esbuild first; needs a built dist)

import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const MODEL = `with orders as (
    select * from "shop"."main"."stg_orders"
),
items as (
    select * from "shop"."main"."stg_items"
),
costs as (
    select
        order_id,
        sum(cost) as order_cost,
        count(item_id) as items,
        sum(case when is_food then 1 else 0 end) as food_items
    from items
    group by 1
),
joined as (
    select
        orders.*,
        costs.order_cost,
        coalesce(costs.items, 0) as items,
        costs.food_items > 0 as is_food_order
    from orders
    left join costs on orders.order_id = costs.order_id
),
numbered as (
    select
        *,
        row_number() over (partition by customer_id order by ordered_at) as customer_order_number
    from joined
    where status <> 'void'
)
select * from numbered`;

const root = join(fileURLToPath(new URL(".", import.meta.url)), "../..");
// Beside the built program, where the parser's files are looked for.
const bundle = join(root, "dist", "bench-lineage.mjs");
const count = Number(process.argv[2] ?? 1000);

try {
  await build({
    stdin: {
      contents: `
        export { loadPolyglot } from "./src/sql/load-polyglot.ts";
        export { readStatement } from "./src/sql/read-statement.ts";
        export { SqlParser } from "./src/sql/sql-parser.ts";
        export { traceQuery } from "./src/lineage/trace-query.ts";`,
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: bundle,
  });
  const { loadPolyglot, readStatement, SqlParser, traceQuery } = await import(pathToFileURL(bundle).href);
  await measure(loadPolyglot, readStatement, SqlParser, traceQuery);
} finally {
  rmSync(bundle, { force: true });
}

async function measure(loadPolyglot, readStatement, SqlParser, traceQuery) {
  const columns = (names) => names.split(" ").map((name) => ({ name, type: null }));
  const tables = {
    stg_orders: columns("order_id customer_id status ordered_at amount tax note"),
    stg_items: columns("item_id order_id cost is_food"),
  };
  const find = (name) => ({ id: name.at(-1).text, columns: tables[name.at(-1).text], isComplete: true });
  let clock = start();
  const polyglot = await loadPolyglot();
  tell("load the parser", clock(), 1);
  tell("parse a median model", timed(500, () => readStatement(MODEL, "duckdb", polyglot)), 500);
  const tree = readStatement(MODEL, "duckdb", polyglot);
  tell("trace a median model", timed(2000, () => traceQuery(tree, "duckdb", { find })), 2000);
  clock = start();
  const parser = new SqlParser("duckdb");
  const trees = await Promise.all(Array.from({ length: count }, (_, i) => parser.parse(`${MODEL} -- ${i}`)));
  for (const each of trees) traceQuery(each, "duckdb", { find });
  tell(`parse and trace ${count} models, worker included`, clock(), 1);
  await parser.close();
}

/** @returns what gives the wall and CPU time since; on a busy machine only CPU times can be compared */
function start() {
  const since = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wall: performance.now() - since, cpu: (user + system) / 1000 };
  };
}

function timed(times, work) {
  for (let i = 0; i < times / 5; i += 1) work();
  const clock = start();
  for (let i = 0; i < times; i += 1) work();
  return clock();
}

function tell(what, { wall, cpu }, times) {
  const ms = (time) => (time / times).toFixed(3).padStart(9);
  console.log(`${ms(wall)} ms, CPU ${ms(cpu)} ms  ${what}`);
}
