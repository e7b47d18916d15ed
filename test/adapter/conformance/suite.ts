// Runs every case of the conformance suite on one engine: each in a schema of its own in one warehouse.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Warehouse } from "../../../src/adapter/adapter.ts";
import { testHost } from "../test-host.ts";
import { cases } from "./cases.ts";
import type { Engine } from "./engine.ts";

export type CaseName = keyof typeof cases;

/** "passes", or why the engine cannot; a case that it cannot is shown as skipped, with the reason. */
export type Answer = "passes" | { readonly cannot: string };

/**
 * Defines the tests; to be called at the top of an adapter's test file.
 * @param answers for every case; the record is total, so a new case does not compile until each adapter has answered
 */
export function conformance(engine: Engine, answers: Readonly<Record<CaseName, Answer>>): void {
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
      const answer = answers[name];
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
