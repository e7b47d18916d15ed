// The selector box of the graph, and the state that addresses hold: both take what people type and mail around.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GraphNode, SiteKind } from "../../src/docs/site-data.ts";
import { bridgesBetween } from "../../templates/docs/app/graph/bridges.ts";
import { buildModel, edgesAmong } from "../../templates/docs/app/graph/graph-model.ts";
import { readState, writeState } from "../../templates/docs/app/graph/graph-state.ts";
import { selectNodes } from "../../templates/docs/app/graph/selector.ts";

const node = (label: string, group: readonly string[], more: Partial<GraphNode> = {}): GraphNode => {
  const kind: SiteKind = more.kind ?? "model";
  const rest = { x: 0, y: 0, w: 100, h: 34, tags: [], status: "ok", seconds: 1, freshness: "none" } as const;
  return { id: `${kind}.shop.${label}`, label, kind, group, ...rest, ...more };
};

// raw.orders -> stg_orders -> orders -> revenue -> dashboard;  stg_items -> orders
const model = buildModel({
  nodes: [
    node("raw.orders", ["shop", "models", "staging"], { kind: "source" }),
    node("stg_orders", ["shop", "models", "staging"], { tags: ["daily"] }),
    node("stg_items", ["shop", "models", "staging"]),
    node("orders", ["shop", "models", "marts"], { tags: ["daily", "core"] }),
    node("revenue", ["shop", "models", "marts", "finance"], { status: "fail" }),
    node("dashboard", ["shop"], { kind: "exposure" }),
    node("orders.v2", ["other", "models"]),
  ],
  edges: [
    [0, 1],
    [1, 3],
    [2, 3],
    [3, 4],
    [4, 5],
  ],
});

function selected(text: string): string[] {
  return [...selectNodes(model, text).nodes].sort((a, b) => a - b).map((index) => model.nodes[index]!.label);
}

describe("the selector", () => {
  test.each([
    ["orders", ["orders", "orders.v2"]],
    ["model.shop.orders", ["orders"]],
    ["+revenue", ["raw.orders", "stg_orders", "stg_items", "orders", "revenue"]],
    ["1+revenue", ["orders", "revenue"]],
    ["stg_items+1", ["stg_items", "orders"]],
    ["1+revenue+1", ["orders", "revenue", "dashboard"]],
    ["stg_items+", ["stg_items", "orders", "revenue", "dashboard"]],
    ["@stg_items", ["raw.orders", "stg_orders", "stg_items", "orders", "revenue", "dashboard"]],
    ["tag:daily", ["stg_orders", "orders"]],
    ["tag:daily,tag:core", ["orders"]],
    ["source:raw", ["raw.orders"]],
    ["source:raw.orders+1", ["raw.orders", "stg_orders"]],
    ["exposure:dashboard", ["dashboard"]],
    ["resource_type:source exposure:*", ["raw.orders", "dashboard"]],
    ["path:models/marts", ["orders", "revenue"]],
    ["models/marts/finance", ["revenue"]],
    ["models/staging/stg_orders.sql", ["stg_orders"]],
    ["marts", ["orders", "revenue"]],
    ["shop.models.marts.finance", ["revenue"]],
    ["stg_*", ["stg_orders", "stg_items"]],
    ["package:other", ["orders.v2"]],
    ["result:error", ["revenue"]],
    ["staging --exclude tag:daily", ["stg_items"]],
    ["--select +revenue --exclude stg_* source:raw", ["orders", "revenue"]],
  ])("%s", (text, labels) => {
    expect(selected(text)).toEqual(labels);
  });

  test("says what matches nothing and what it does not know", () => {
    expect(selectNodes(model, "ordres").problems).toEqual(["Nothing is called “ordres”."]);
    expect(selectNodes(model, "config.materialized:view").problems).toEqual([
      "The graph does not know the method “config.materialized:”.",
    ]);
    expect(selectNodes(model, "constructor:x").nodes.size).toBe(0);
  });

  test("takes any text without failing", () => {
    const texts = fc.array(
      fc.constantFrom("+", "@", "1", "orders", ":", "tag", ",", " ", "*", "(", "[", "\\", "--exclude"),
    );
    fc.assert(
      fc.property(texts, (parts) => {
        expect(selectNodes(model, parts.join("")).nodes.size).toBeLessThanOrEqual(model.nodes.length);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe("lines over what is not shown", () => {
  const among = (labels: readonly string[]) => {
    const members = labels.map((label) => model.nodes.findIndex((other) => other.label === label));
    return bridgesBetween(model, members, edgesAmong(model, members)).map(([a, b]) => [labels[a], labels[b]]);
  };

  test("join parts that depend on each other by way of hidden nodes, first ones only", () => {
    expect(among(["raw.orders", "orders", "dashboard"])).toEqual([
      ["raw.orders", "orders"],
      ["orders", "dashboard"],
    ]);
  });

  test("are not drawn where the parts hang together anyway", () => {
    expect(among(["stg_orders", "orders", "revenue"])).toEqual([]);
    expect(among(["stg_orders", "stg_items"])).toEqual([]);
  });
});

describe("the state in the address", () => {
  const firstLook = readState({});

  test("comes back as it was", () => {
    const name = fc.string({ minLength: 1 });
    const views = fc.record({
      select: fc.string(),
      everything: fc.boolean(),
      open: fc.option(fc.array(name), { nil: undefined }),
      colour: fc.constantFrom("kind", "status", "time", "freshness", "folder"),
      node: fc.option(name, { nil: undefined }),
      columns: fc.array(name),
      pinned: fc.option(fc.record({ node: name, column: name }), { nil: undefined }),
      listing: fc.boolean(),
    });
    fc.assert(
      fc.property(views, (view) => {
        const state = { ...firstLook, ...view };
        const address = new URLSearchParams(writeState(state)).toString();
        expect(readState(Object.fromEntries(new URLSearchParams(address)))).toEqual(state);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test("of the first look is empty, and nonsense is that look", () => {
    expect(writeState(firstLook)).toEqual({});
    expect(readState({ at: "1,x,3", colour: "pink", view: "?", column: "only-a-node" })).toEqual(firstLook);
  });
});
