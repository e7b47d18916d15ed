// The worker thread of `sql-parser.ts`: takes texts one by one and answers with trees as JSON, which is several times
// cheaper to hand over than the tree itself.

import { parentPort, workerData } from "node:worker_threads";
import { loadPolyglot } from "./load-polyglot.ts";
import type { SqlDialect } from "./query-tree.ts";
import { readStatement } from "./read-statement.ts";

const dialect: SqlDialect = workerData;
const polyglot = await loadPolyglot();
parentPort?.on("message", (sql: string) => {
  parentPort?.postMessage(JSON.stringify(readStatement(sql, dialect, polyglot)));
});
parentPort?.postMessage("");
