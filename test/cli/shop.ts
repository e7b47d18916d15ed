// A shop of two seeds, three models and some tests, small enough to be built many times.

import { folderWith } from "./etl.ts";

export const shop: Readonly<Record<string, string>> = {
  "dbt_project.yml": 'name: shop\nversion: "1.0"\nmodels:\n  shop:\n    +materialized: view\n',
  "seeds/raw_orders.csv": "id,customer,amount\n1,ann,10\n2,bob,20\n3,ann,30\n",
  "models/orders.sql": "select id as order_id, customer, amount from {{ ref('raw_orders') }}\n",
  "models/customers.sql":
    "{{ config(materialized='table') }}\nselect customer, sum(amount) as revenue from {{ ref('orders') }} group by customer\n",
  "models/schema.yml": [
    "version: 2",
    "models:",
    "  - name: orders",
    "    columns:",
    "      - name: order_id",
    "        data_tests: [unique]",
    "  - name: customers",
    "    columns:",
    "      - name: revenue",
    "        data_tests: [not_null]",
    "",
  ].join("\n"),
};

/** The same with every order twice, so that a test fails and what is below it is skipped. */
export const brokenShop: Readonly<Record<string, string>> = {
  ...shop,
  "seeds/raw_orders.csv": `id,customer,amount\n${[1, 2, 3, 4, 5, 6].map((id) => `${id},ann,10\n${id},bob,20\n`).join("")}`,
};

/** A new folder with the shop and other files. */
export function shopWith(files: Readonly<Record<string, string>> = {}): string {
  return folderWith({ ...shop, ...files });
}

/** Output with all times made the same and without what depends on them, so that it can be compared. */
export function timeless(output: string): string {
  return output
    .replaceAll(/^ {2}slowest .*\n/gm, "")
    .replaceAll(/\b\d+\.\d+s\b/g, "0.00s")
    .replaceAll(/ {2,}0\.00s/g, "  0.00s");
}
