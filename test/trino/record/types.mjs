// Records how a real Trino sends a value of every type: `node test/trino/record/types.mjs <port>` writes
// test/trino/fixtures/types.json, one entry for each example of types.ts with its column and its value as the JSON has it.

import { readFileSync, writeFileSync } from "node:fs";

const port = process.argv[2];
const source = readFileSync(new URL("../types.ts", import.meta.url), "utf8");
const examples = [...source.matchAll(/\bsql:\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g)].map((match) => match[1] ?? match[2]);
const entries = [];
for (const sql of examples) {
  const headers = {
    "X-Trino-User": "etl",
    "X-Trino-Time-Zone": "Europe/Berlin",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
  };
  let text = await (
    await fetch(`http://127.0.0.1:${port}/v1/statement`, { method: "POST", body: `SELECT ${sql} AS c`, headers })
  ).text();
  let column;
  let data;
  for (;;) {
    const page = JSON.parse(text);
    if (page.error) throw new Error(`${sql}: ${page.error.message}`);
    column = page.columns?.[0] ?? column;
    // As it stands in the text: JavaScript's numbers would lose digits.
    data = /"data":(\[\[[\s\S]*?\]\])(?=,"stats"|,"warnings"|,"updateType"|\})/.exec(text)?.[1] ?? data;
    if (!page.nextUri) break;
    text = await (await fetch(page.nextUri, { headers })).text();
  }
  entries.push(`  {"sql": ${JSON.stringify(sql)}, "column": ${JSON.stringify(column)}, "data": ${JSON.stringify(data)}}`);
}
writeFileSync(new URL("../fixtures/types.json", import.meta.url), `[\n${entries.join(",\n")}\n]\n`);
