// A small project for the docs site: words that stand in one place only, to be searched for, and strings that want to run
// or to load something, in every field that a page shows.

/** Reports itself when it runs. */
const run = (where: string) => `<img src=x onerror="window.ran.push('${where}')">`;

const yaml = (value: unknown) => JSON.stringify(value);

export const probe: Readonly<Record<string, string>> = {
  "dbt_project.yml": 'name: probe\nversion: "1.0"\n',
  "seeds/raw_orders.csv": "id,customer_id,amount\n1,1,10\n2,1,20\n3,2,30\n",
  "seeds/raw_customers.csv": "id,name\n1,ann\n2,bob\n",
  "models/staging/stg_orders.sql":
    "select id as order_id, customer_id, amount from {{ ref('raw_orders') }}\n",
  "models/staging/stg_customers.sql": "select id as customer_id, name from {{ ref('raw_customers') }}\n",
  "models/marts/customers.sql": [
    "{{ config(materialized='table', tags=['kelp']) }}",
    "-- walrus stands in the SQL alone",
    "select customer_id, {{ halved('sum(amount)') }} as revenue",
    "from {{ ref('stg_orders') }} where amount > 0 group by customer_id",
    "",
  ].join("\n"),
  "models/marts/hostile.sql": [
    "-- </script><script>window.ran.push('sql comment')</script><!--<script>",
    `select 1 as id, '${run("literal").replaceAll("'", "''")}' as payload, 2 as "__proto__", 3 as "constructor"`,
    "",
  ].join("\n"),
  "macros/halved.sql": "{% macro halved(column) %}({{ column }} / 2){% endmacro %}\n",
  "tests/revenue_is_positive.sql": "select * from {{ ref('customers') }} where revenue <= 0\n",
  "models/docs.md": [
    "{% docs __probe__ %}",
    "About **this** project.",
    "{% enddocs %}",
    "{% docs amounts %}",
    "In *cents*, see [the rules](https://example.com/rules).",
    "{% enddocs %}",
  ].join("\n"),
  "models/schema.yml": yaml({
    version: 2,
    models: [
      {
        name: "stg_customers",
        columns: [{ name: "customer_id", data_tests: ["unique", "not_null"] }],
      },
      {
        name: "stg_orders",
        description: "Orders as they come, narwhal.",
        columns: [
          { name: "order_id", description: "Key of the order.", data_tests: ["unique"] },
          {
            name: "customer_id",
            description: "Who ordered, ocelot.",
            config: { meta: { contains_pii: true }, tags: ["personal"] },
            data_tests: [
              { relationships: { arguments: { to: "ref('stg_customers')", field: "customer_id" } } },
            ],
          },
          {
            name: "amount",
            description: "{{ doc('amounts') }}",
            data_tests: [{ accepted_values: { arguments: { values: [10, 20] } } }],
          },
        ],
      },
      {
        name: "customers",
        description: "Customers with revenue.",
        config: { meta: { owner: "team plankton" } },
      },
      {
        name: "hostile",
        description: `${run("description")} <script>window.ran.push('script')</script> [x](javascript:window.ran.push('link')) ![p](https://hostile.invalid/p.png)`,
        config: { tags: [run("tag")], meta: { [run("key")]: run("value") } },
        columns: [{ name: "id", description: run("column") }, { name: "payload" }],
      },
    ],
    exposures: [
      {
        name: "board",
        label: run("label"),
        type: "dashboard",
        url: "javascript:window.ran.push('url')",
        owner: { name: run("owner"), email: "ann@example.com" },
        description: run("exposure"),
        depends_on: ["ref('customers')", "ref('hostile')"],
      },
    ],
  }),
};
