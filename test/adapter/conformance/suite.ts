// Runs every case of the conformance suite on one engine: each in a schema of its own in one warehouse.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Warehouse } from "../../../src/adapter/adapter.ts";
import { testHost } from "../test-host.ts";
import { cases } from "./cases.ts";
import type { CaseName, Engine } from "./engine.ts";

/** Defines the tests; to be called at the top of an adapter's test file. */
export function conformance(engine: Engine): void {
  describe(`${engine.adapter.type} keeps the adapters' contract`, () => {
    let warehouse: Warehouse;
    const folder = mkdtempSync(join(tmpdir(), "etl-conformance-"));

    beforeAll(async () => {
      warehouse = await engine.adapter.open(engine.credentials(), { threads: 4, host: testHost() });
    });
    afterAll(async () => {
      await warehouse.close();
      rmSync(folder, { recursive: true });
    });

    for (const [index, name] of (Object.keys(cases) as CaseName[]).entries()) {
      const answer = engine.answers[name];
      if (answer !== "passes") {
        test.skip(`${name} (cannot: ${answer.cannot})`, () => {});
        continue;
      }
      test(name, async () => {
        const schemaName = `case_${index}`;
        const schema = `${engine.adapter.quote(engine.database)}.${engine.adapter.quote(schemaName)}`;
        await warehouse.withSession("set up", (session) => session.execute(`CREATE SCHEMA ${schema}`));
        await cases[name]({ ...engine, warehouse, schema, schemaName, folder });
      });
    }
  });
}
