// Configs of one node: merged by the rules of each key as dbt merges them, checked where they were written.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkConfig } from "../../src/config/check-config.ts";
import type { ConfigKind } from "../../src/config/config-keys.ts";
import { addConfigCall, mergeNodeConfig } from "../../src/config/node-config.ts";
import { fromPlain, toPlain } from "../../src/jinja/json.ts";
import type { Dict, Value } from "../../src/jinja/value.ts";

interface MergeCase {
  readonly kind: ConfigKind;
  readonly levels: readonly unknown[];
  readonly config: Record<string, unknown>;
}

const cases: readonly MergeCase[] = JSON.parse(
  readFileSync(`${import.meta.dirname}/fixtures/config-merges.json`, "utf8"),
);
const dict = (plain: unknown): Dict => fromPlain(plain) as Dict;

test("levels merge as dbt merges them", () => {
  for (const { kind, levels, config } of cases) {
    expect({ levels, config: toPlain(mergeNodeConfig(kind, levels.map(dict))) }).toEqual({ levels, config });
  }
});

test("merging changes none of the levels", () => {
  const level = dict({ tags: ["a"], grants: { select: ["x"] }, meta: { k: 1 } });
  const before = JSON.stringify(toPlain(level));
  mergeNodeConfig("model", [level, dict({ tags: ["b"], grants: { "+select": ["y"] }, meta: { l: 2 } })]);
  expect(JSON.stringify(toPlain(level))).toBe(before);
});

test("several config() calls of one file add up", () => {
  const calls: Dict = new Map();
  addConfigCall(calls, "model", dict({ tags: "a", pre_hook: "select 1", materialized: "table" }));
  addConfigCall(calls, "model", dict({ tags: ["b"], "pre-hook": "select 2", materialized: "view" }));
  expect(toPlain(calls)).toEqual({
    tags: ["a", "b"],
    "pre-hook": ["select 1", "select 2"],
    materialized: "view",
  });
});

test("begin is shown as a moment where dbt reads it as one: in microbatch models", () => {
  const begin = (more: Readonly<Record<string, string>>): Value | undefined =>
    mergeNodeConfig("model", [dict({ begin: "2020-01-01", ...more })]).get("begin");
  expect(begin({})).toBe("2020-01-01");
  expect(begin({ incremental_strategy: "microbatch" })).toBe("2020-01-01T00:00:00");
});

describe("checks", () => {
  const check = (kind: ConfigKind, values: unknown) =>
    checkConfig(
      { kind, values: dict(values), place: () => ({ file: "f", line: 3, column: 1 }), what: 'model "a"' },
      ["indexes"],
    ).map(({ code, message, help }) => ({ code, message, help }));

  test.each([
    ["enabled", "flase", 'must be true or false, not "flase"'],
    ["enabled", 3, "must be true or false, not a number"],
    ["materialized", ["view"], "must be a text, not a list"],
    ["meta", "x", 'must be a mapping, not "x"'],
    ["access", "publik", "must be one of private, protected, public"],
    ["tags", { a: 1 }, "must be a text or a list of texts, not a mapping"],
    ["grants", ["select"], "must be a mapping of privileges to names, not a list"],
    ["pre-hook", [{ slq: "x" }], "must be SQL"],
  ])("%s: %j", (key, value, message) => {
    const [first] = check("model", { [key]: value });
    expect(first).toMatchObject({ code: "config-value" });
    expect(first?.message).toContain(message);
  });

  test.each([
    ["materialised", "materialized"],
    ["materialization", "materialized"],
    ["indexs", "indexes"],
    ["post_hok", "post-hook"],
  ])("%s is close to %s", (key, near) => {
    expect(check("model", { [key]: "x" })).toEqual([
      {
        code: "config-key",
        message: `"${key}" is not a config of model "a", so it has no effect`,
        help: `did you mean "${near}"?`,
      },
    ]);
  });

  test.each([
    [
      "model",
      {
        enabled: "true",
        tags: "a",
        indexes: [],
        my_team_key: 1,
        re_data_columns: ["a"],
        sql_header: "x",
        unique_key: ["a"],
        "+x": 1,
      },
    ],
    ["test", { severity: "warn", limit: "5", where: "a > 1", store_failures: true }],
    ["snapshot", { check_cols: "all", strategy: "check", hard_deletes: "ignore" }],
  ] as const)("nothing to say about %s %j", (kind, values) => {
    expect(check(kind, values)).toEqual([]);
  });
});
