// A process that holds a DuckDB file. `node <this> hold FILE` keeps it open; `swap FILE` replaces a table in
// transactions until it is killed.

import { dirname, resolve } from "node:path";
import { adapter } from "../../adapters/duckdb/index.ts";
import { testHost } from "./test-host.ts";

const [mode, file = "", seconds = "0"] = process.argv.slice(2);
const host = testHost();
const output = {
  profile: "p",
  target: "t",
  settings: { type: "duckdb", path: resolve(file) },
  place: () => undefined,
  projectFolder: dirname(file),
};
const { value } = adapter.credentials(output, host);
if (!value) throw new Error("the credentials are wrong");
const warehouse = await adapter.open(value, { threads: 1, host });
console.log("open");
if (mode === "hold") {
  await new Promise((done) => setTimeout(done, Number(seconds) * 1000));
  await warehouse.close();
} else {
  await warehouse.withSession("swap", async (session) => {
    for (let round = 1; ; round++) {
      await session.begin();
      await session.execute(`CREATE TABLE t__tmp AS SELECT ${round} AS round, range AS n FROM range(20000)`);
      await session.execute("ALTER TABLE t RENAME TO t__backup");
      await session.execute("ALTER TABLE t__tmp RENAME TO t");
      await session.execute("DROP TABLE t__backup");
      await session.commit();
      if (round === 3) console.log("swapping");
    }
  });
}
