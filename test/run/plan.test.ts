// The order of a run. Test edges are compared with their plain definition (dbt, compilation.py, add_test_edges_1): a node
// waits for every test whose nodes are all above it.

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { reachable, reverse } from "../../src/base/dag.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import type { Resource, ResourceType } from "../../src/manifest/node.ts";
import { planRun, type RunCommand } from "../../src/run/plan.ts";
import { planEdges } from "../../src/run/plan-edges.ts";
import { TestProject } from "./harness.ts";

const RUNS = process.env.ETL_TEST_LONG ? 2000 : 150;

/** A graph as far as the order looks at one. */
function graph(
  parents: ReadonlyMap<string, readonly string[]>,
): Pick<Manifest, "resources" | "parents" | "children"> {
  const resources = [...parents].map(([id, dependsOnNodes]) => {
    const resourceType: ResourceType = id.startsWith("test.") ? "test" : "model";
    return [id, { id, resourceType, dependsOnNodes }] as const;
  });
  return {
    resources: new Map(resources) as unknown as ReadonlyMap<string, Resource>,
    parents,
    children: reverse(parents),
  };
}

/** Models m0, m1 ... that depend on earlier ones, and tests of one to three of them. */
const graphs = fc
  .record({
    models: fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 }),
    tests: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
    left: fc.array(fc.nat(), { maxLength: 5 }),
  })
  .map(({ models, tests, left }) => {
    const name = (n: number, count: number) => `m${String(n % count).padStart(2, "0")}`;
    const parents = new Map<string, readonly string[]>();
    models.forEach((list, i) => {
      parents.set(name(i, models.length), i === 0 ? [] : [...new Set(list.map((n) => name(n, i)))]);
    });
    tests.forEach((list, i) => {
      parents.set(`test.${i}`, [...new Set(list.map((n) => name(n, models.length)))]);
    });
    const unselected = new Set(left.map((n) => name(n, models.length)));
    return { parents, selected: new Set([...parents.keys()].filter((id) => !unselected.has(id))) };
  });

describe("planEdges", () => {
  test("a step waits for exactly the steps above it, and in a build for their tests", () => {
    fc.assert(
      fc.property(graphs, fc.boolean(), ({ parents, selected }, withTests) => {
        const edges = planEdges(graph(parents) as Manifest, selected, withTests);
        const waits = new Map([...edges].map(([id, list]) => [id, list.map((edge) => edge.id)]));
        const full = new Map([...parents].map(([id, list]) => [id, [...list]]));
        for (const id of parents.keys()) {
          if (!withTests || id.startsWith("test.")) continue;
          const above = reachable([id], parents);
          for (const [other, tested] of parents) {
            const holds =
              other.startsWith("test.") && selected.has(other) && tested.every((one) => above.has(one));
            if (holds) full.get(id)?.push(other);
          }
        }
        for (const id of selected) {
          const expected = [...reachable([id], full)].filter((other) => selected.has(other)).sort();
          expect([id, [...reachable([id], waits)].sort()]).toEqual([id, expected]);
        }
      }),
      { numRuns: RUNS, seed: 20261121 },
    );
  });
});

describe("planRun", () => {
  let project: TestProject;

  afterEach(() => project.close());

  const plan = (command: RunCommand, storeFailures = false) =>
    project.with(command, {}, async ({ manifest, selected }) =>
      planRun(manifest, selected, { command, storeFailures }),
    );

  test("leaves ephemeral models out, and lists schemas and hooks", async () => {
    project = new TestProject({
      "dbt_project.yml":
        "name: shop\nprofile: test\non-run-start: [select 1, select 2]\non-run-end: select 3\n",
      "seeds/s.csv": "id\n1\n",
      "models/e.sql": "{{ config(materialized='ephemeral') }}select * from {{ ref('s') }}",
      "models/a.sql": "{{ config(schema='marts') }}select * from {{ ref('e') }}",
      "models/y.yml": "models: [{name: e, columns: [{name: id, data_tests: [unique]}]}]",
    });
    const build = await plan("build");
    expect(build.steps.map(({ facts, waitsFor }) => [facts.name, waitsFor.map(({ id }) => id)])).toEqual([
      ["s", []],
      ["unique_e_id", ["seed.shop.s"]],
      ["a", ["seed.shop.s", expect.stringMatching(/^test\.shop\.unique_e_id\./)]],
    ]);
    expect(build.schemas).toEqual([
      { database: "test", schema: "main" },
      { database: "test", schema: "main_marts" },
    ]);
    expect([build.onRunStart.length, build.onRunEnd.length]).toEqual([2, 1]);
    expect((await plan("run")).steps.map(({ facts }) => facts.name)).toEqual(["a"]);
    expect((await plan("test", true)).schemas).toEqual([
      { database: "test", schema: "main_dbt_test__audit" },
    ]);
    expect((await plan("compile")).onRunStart).toEqual([]);
  });
});
