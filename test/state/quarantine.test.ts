// Rows in quarantine on both engines: bad rows go aside with their reasons, the rest is published, and they come back once.

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { replayRows } from "../../src/pipeline.ts";
import { nodesInQuarantine, replaySelection } from "../../src/project-quarantine.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import { statuses, troubles } from "../run/harness.ts";
import { type Engine, type Rows, Shop } from "./shop.ts";

vi.setConfig({ testTimeout: 300_000 });

let server: PostgresServer;
let shop: Shop;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
afterEach(() => shop.close());

const TESTS = `models:
  - name: orders
    config: {quarantine: true}
    columns:
      - name: id
        data_tests: [unique]
      - name: note
        data_tests:
          - not_null
          - accepted_values: {arguments: {values: [good, bad]}}
`;

/** Orders over a table that the test fills. */
const files = (config: string): Record<string, string> => ({
  "models/orders.sql": `{{ config(${config}) }}\nselect id, note from {{ target.schema }}.arrivals`,
  "models/schema.yml": TESTS,
});

const ids = async (table = "orders") => (await shop.query(`select id from ${table} order by id`)).flat();

/** Rows that are aside: id, note and reason. */
const aside = (): Promise<Rows> => shop.queries(asideOf);

async function asideOf(ask: (sql: string) => Promise<Rows>): Promise<Rows> {
  const [[table] = []] = await ask(`select table_name from ${shop.stateSchema}.quarantine limit 1`);
  return table ? ask(`select id, note, etl_reason from ${shop.stateSchema}.${table} order by id, note`) : [];
}

/** The ids of what is published, and "id note" of what is aside. */
const state = () =>
  shop.queries(async (ask) => [
    (await ask("select id from orders order by id")).flat(),
    (await asideOf(ask)).map(([id, note]) => `${id} ${note}`),
  ]);

const good = async (): Promise<void> => expect(troubles(await shop.run("build"))).toBe("");

/** `etl quarantine replay`. @returns whether there was anything to try again */
const replay = (): Promise<boolean> =>
  shop.with("quarantine replay", {}, async (project) => {
    const found = await nodesInQuarantine(project);
    if (found.length === 0) return false;
    const { selection, replays } = replaySelection(project, found);
    expect(troubles(await replayRows(project, selection, replays))).toBe("");
    return true;
  });

describe.each<Engine>(["duckdb", "postgres"])("on %s", (engine) => {
  const open = (project: Record<string, string>) => {
    shop = new Shop(engine === "postgres" ? server : undefined, project);
  };

  test("a table: 97 of 100 rows are published and 3 aside; mended and replayed 100 and 0, once", async () => {
    open(files("materialized='table'"));
    await shop.query(
      "create table arrivals as select n as id, 'good' as note from generate_series(1, 97) as t(n)",
    );
    await shop.query("insert into arrivals values (98, null), (99, 'ugly'), (100, null)");
    const report = await shop.run("build");
    expect(troubles(report)).toBe("");
    expect(statuses(report)).toMatchObject({ not_null_orders_note: "pass" });
    expect(shop.events).toContainEqual(expect.objectContaining({ kind: "rows-quarantined", rows: 3 }));
    expect(await ids()).toHaveLength(97);
    expect(await aside()).toEqual([
      ["98", null, "not_null_orders_note: note = null"],
      ["99", "ugly", "accepted_values_orders_note__good__bad: note = ugly"],
      ["100", null, "not_null_orders_note: note = null"],
    ]);
    await shop.query("update arrivals set note = 'good'");
    expect(await replay()).toBe(true);
    expect([await ids(), await aside()]).toMatchObject([{ length: 100 }, { length: 0 }]);
    const before = await shop.relations();
    expect(await replay()).toBe(false);
    expect(await shop.relations()).toEqual(before);
  });

  test.each([
    ["merge by key", "incremental_strategy='merge', unique_key='id'"],
    ["delete+insert by keys", "incremental_strategy='delete+insert', unique_key=['id']"],
  ])(
    "%s: bad rows of the delta go aside, newer ones supersede them, mended ones come back",
    async (_, config) => {
      open(files(`materialized='incremental', ${config}`));
      await shop.query("create table arrivals as select 1 as id, 'good' as note");
      await good();
      await shop.query("insert into arrivals values (2, null), (3, 'ugly'), (4, 'good'), (5, 'ugly')");
      await good();
      expect(await state()).toEqual([
        ["1", "4"],
        ["2 null", "3 ugly", "5 ugly"],
      ]);
      // What is published stays when its new version is bad.
      await shop.query("update arrivals set note = 'worse' where id in (3, 4)");
      await good();
      expect(await shop.query("select note from orders where id = 4")).toEqual([["good"]]);
      expect((await state())[1]).toEqual(["2 null", "3 worse", "4 worse", "5 ugly"]);

      await shop.query("update arrivals set note = 'good' where id = 2; delete from arrivals where id = 5");
      expect(await replay()).toBe(true);
      expect(await state()).toEqual([
        ["1", "2", "4"],
        ["3 worse", "4 worse", "5 ugly"],
      ]);
      shop.write({ "models/schema.yml": TESTS.replace("[good, bad]", "[good, bad, worse, ugly]") });
      await replay();
      expect(await state()).toEqual([["1", "2", "3", "4", "5"], []]);
      expect(await shop.query("select note from orders where id = 4")).toEqual([["worse"]]);
      expect(await replay()).toBe(false);
    },
  );

  test("append: rows are taken as they were put aside, with a test that has changed, once", async () => {
    open({
      ...files(""),
      "models/orders.sql": `{{ config(materialized='incremental', incremental_strategy='append', watermark={'column': 'id'}) }}
select id, note from {{ target.schema }}.arrivals {% if is_incremental() %} where {{ watermark_filter() }} {% endif %}`,
    });
    await shop.query("create table arrivals as select 1 as id, 'good' as note");
    await good();
    await shop.query("insert into arrivals values (2, 'good'), (3, 'ugly')");
    await good();
    // The watermark has passed the bad row, so that it does not come again.
    await good();
    expect(await state()).toEqual([["1", "2"], ["3 ugly"]]);
    shop.write({ "models/schema.yml": TESTS.replace("[good, bad]", "[good, bad, ugly]") });
    await replay();
    await replay();
    await good();
    expect(await state()).toEqual([["1", "2", "3"], []]);
  });

  test("a seed, values of unique and relationships, a test of one's own, and a config that a test takes back", async () => {
    open({
      "seeds/customers.csv": "id\n1\n2\n2\n3\n",
      "models/orders.sql": `{{ config(materialized='table') }}
-- depends_on: {{ ref('customers') }}
select n as id, n % 4 as customer, n - 4 as amount from generate_series(1, 8) as t(n)`,
      "models/schema.yml": `models:
  - name: orders
    config: {quarantine: true}
    columns:
      - name: customer
        data_tests:
          - relationships: {arguments: {to: ref('customers'), field: id}}
          - not_null: {config: {quarantine: false}}
`,
      "seeds/schema.yml": `seeds:
  - name: customers
    columns:
      - {name: id, data_tests: [{unique: {config: {quarantine: true}}}]}
`,
      "tests/positive.sql":
        "{{ config(quarantine=true) }} select * from {{ ref('orders') }} where amount <= 0 and id > 1",
    });
    await good();
    expect(await ids("customers")).toEqual(["1", "3"]);
    expect(await ids()).toEqual(["1", "5", "7"]);
    const [[table] = []] = await shop.query(
      `select table_name from ${shop.stateSchema}.quarantine where identifier = 'orders'`,
    );
    const reasons = await shop.query(`select id, etl_reason from ${shop.stateSchema}.${table} order by id`);
    expect(reasons.map(([id]) => id)).toEqual(["2", "3", "4", "6", "8"]);
    expect(reasons[0]?.[1]?.split("; ").sort()).toEqual([
      "positive",
      expect.stringMatching(/^relationships_orders_customer.*: customer = 2$/),
    ]);
    expect(reasons[1]?.[1]).toBe("positive");
  });
});
