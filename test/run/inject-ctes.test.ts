// Texts are those that dbt 1.11 gives (compilation.py, inject_ctes_into_sql), recorded by record/inject-ctes.py.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Cte, injectCtes } from "../../src/compile/inject-ctes.ts";

interface Case {
  readonly query: string;
  readonly ctes: readonly string[];
  readonly answer: string;
}

const cases = JSON.parse(
  readFileSync(new URL("fixtures/inject-ctes.json", import.meta.url), "utf8"),
) as Case[];

function cte(name: string): Cte {
  return { id: name, name: `__dbt__cte__${name}`, sql: `select '${name}'`, pieces: [] };
}

describe("injectCtes", () => {
  test.each(cases.map((one) => [one.query, one] as const))("%j", (_, { query, ctes, answer }) => {
    expect(injectCtes({ text: query, pieces: [] }, ctes.map(cte)).text).toBe(answer);
  });

  test("a WITH that does not begin the query is left alone", () => {
    const query = "select cast(a as timestamp with time zone) from t";
    expect(injectCtes({ text: query, pieces: [] }, [cte("x")]).text).toBe(
      `with __dbt__cte__x as (\nselect 'x'\n) ${query}`,
    );
  });
});
