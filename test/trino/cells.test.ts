// Values of every type as a real Trino sends them (recorded by record/types.mjs), through the client.

import { afterAll, beforeAll, expect, test } from "vitest";
import { adapter } from "../../adapters/trino/index.ts";
import type { Warehouse } from "../../src/adapter/adapter.ts";
import { type FakeTrino, startFakeTrino } from "./fake-server.ts";
import recorded from "./fixtures/types.json";
import { open, settingsOf } from "./open.ts";
import { trinoTypes } from "./types.ts";

let server: FakeTrino;
let warehouse: Warehouse;
beforeAll(async () => {
  server = await startFakeTrino();
  warehouse = await open(settingsOf(server.port));
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
});

async function cellOf(columns: readonly unknown[], data: string) {
  const body = `{"id":"q","columns":${JSON.stringify(columns)},"data":${data}}`;
  server.fault = () => ({ status: 200, body });
  return warehouse.withSession("s", (session) => session.execute("SELECT c"));
}

test.each(trinoTypes)("$sql", async ({ sql, type, family, cell }) => {
  const entry = recorded.find((one) => one.sql === sql);
  if (!entry) throw new Error("it was not recorded: run record/types.mjs");
  const { columns, rows } = await cellOf([entry.column], entry.data);
  expect(columns).toEqual([{ name: "c", type, family }]);
  expect(rows).toEqual([[cell]]);
  expect([adapter.types.normalize(type), adapter.types.family(type)]).toEqual([type, family]);
});

test.each([
  ["2024-10-27 02:30:00 Europe/Berlin", /^2024-10-27 02:30:00\+0[12]:00$/],
  ["2024-03-31 01:59:59.999 Europe/Berlin", /^2024-03-31 01:59:59\.999\+01:00$/],
  ["2024-07-01 00:00:00 America/St_Johns", /^2024-07-01 00:00:00-02:30$/],
  ["2024-07-01 00:00:00 -03:30", /^2024-07-01 00:00:00-03:30$/],
  ["2024-07-01 00:00:00 Mars/Olympus", /^2024-07-01 00:00:00 Mars\/Olympus$/],
])("the zone of %s", async (text, expected) => {
  const typeSignature = { rawType: "timestamp with time zone", arguments: [] };
  const { rows } = await cellOf(
    [{ name: "c", type: "timestamp(3) with time zone", typeSignature }],
    `[["${text}"]]`,
  );
  expect(rows[0]?.[0]).toMatch(expected);
});

test.each([
  ["int", "integer"],
  ["DOUBLE PRECISION", "double"],
  ["numeric(10)", "decimal(10, 0)"],
  ["decimal(10,2)", "decimal(10, 2)"],
  ["timestamp with time zone", "timestamp(3) with time zone"],
  ["TIMESTAMP(6) WITHOUT TIME ZONE", "timestamp(6)"],
  ["array(int)", "array(integer)"],
  ['ROW("a b" int, c map(varchar, numeric))', 'row("a b" integer, c map(varchar, decimal(38, 0)))'],
])("a user's %s is the engine's %s", (written, printed) => {
  expect(adapter.types.normalize(written)).toBe(printed);
});
