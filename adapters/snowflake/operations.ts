// Methods of `adapter.*` that Snowflake's macros need beside those of all adapters; its sessions do the work.

import type { Operation } from "../../src/adapter/operation.ts";

export const operations = {
  /** Columns of a query with their full types: those of contracts have no precision. */
  query_column_types: { kind: "warehouse", parameters: ["sql"], parsing: [], reads: true },
  /** From here on every statement of the node is kept when it has ended: the tables of another catalog know no transactions. */
  keep_each_statement: { kind: "warehouse", parameters: [], parsing: null, reads: true },
  /** dbt-snowflake's: what SHOW tells of a dynamic table. */
  describe_dynamic_table: {
    kind: "macro",
    parameters: ["relation"],
    macro: "snowflake__describe_dynamic_table",
    parsing: {},
  },
} as const satisfies Readonly<Record<string, Operation>>;
