// `etl build` of a small project with seeds, views, tables, ephemeral models and tests: statuses and rows.

import { afterEach, describe, expect, test } from "vitest";
import { statuses, TestProject, troubles } from "./harness.ts";

let project: TestProject;

afterEach(() => project.close());

describe("build", () => {
  test("seeds, views, tables, ephemeral models and tests", async () => {
    project = new TestProject({
      "seeds/raw_orders.csv": "id,customer,amount\n1,ann,10\n2,bob,20\n3,ann,5\n",
      "models/stg_orders.sql": "select id, customer, amount from {{ ref('raw_orders') }}\n",
      "models/big.sql":
        "{{ config(materialized='ephemeral') }}\nselect * from {{ ref('stg_orders') }} where amount > 5\n",
      "models/customers.sql":
        "{{ config(materialized='table') }}\nselect customer, sum(amount) as total from {{ ref('big') }} group by 1\n",
      "models/schema.yml": `
models:
  - name: stg_orders
    columns:
      - name: id
        data_tests: [unique, not_null]
`,
    });
    const report = await project.run("build");
    expect(troubles(report)).toBe("");
    expect(statuses(report)).toEqual({
      raw_orders: "success",
      stg_orders: "success",
      unique_stg_orders_id: "pass",
      not_null_stg_orders_id: "pass",
      customers: "success",
    });
    expect(await project.query("select * from customers order by 1")).toEqual([
      ["ann", "10"],
      ["bob", "20"],
    ]);
  });
});
