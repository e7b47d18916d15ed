// The layout's promises, over random graphs: no box covers another, edges lead to the right, a trunk's lines meet their
// boxes, the same input gives the same drawing, and what is on screen stays there when the layout grows.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildFolderTree } from "../../src/docs/layout/folder-tree.ts";
import type { Layout, LayoutEdge, LayoutGraph } from "../../src/docs/layout/graph.ts";
import { growLayout, type Stand } from "../../src/docs/layout/grow.ts";
import { layoutFolds } from "../../src/docs/layout/layout-folds.ts";
import { layoutGraph } from "../../src/docs/layout/layout-graph.ts";
import { routePlaced } from "../../src/docs/layout/placed.ts";

const runs = { numRuns: process.env.ETL_TEST_LONG ? 500 : 60, seed: 7 };

/** Graphs without cycles: edges go from lower to higher numbers. */
const graphs = fc
  .integer({ min: 1, max: 60 })
  .chain((count) =>
    fc.record({
      nodes: fc.array(
        fc.record({ w: fc.integer({ min: 20, max: 300 }), h: fc.integer({ min: 10, max: 90 }) }),
        {
          minLength: count,
          maxLength: count,
        },
      ),
      pairs: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: count * 3 }),
    }),
  )
  .map(({ nodes, pairs }): LayoutGraph => ({ nodes, edges: pairs.filter(([a, b]) => a < b) }));

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function rectsOf({ nodes }: LayoutGraph, { x, y }: Layout): Rect[] {
  return nodes.map(({ w, h }, v) => ({ x: x[v]!, y: y[v]!, w, h }));
}

function overlaps(rects: readonly Rect[]): string[] {
  return rects.flatMap((a, i) =>
    rects
      .slice(i + 1)
      .filter((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y + a.h > b.y + 1e-6 && b.y + b.h > a.y + 1e-6)
      .map((b) => JSON.stringify([a, b])),
  );
}

/**
 * Every edge begins at the right side of its first node, ends at the left side of the second, and never turns
 * back.
 */
function checkRoutes({ nodes, edges }: LayoutGraph, { x, y, routes }: Layout): void {
  edges.forEach(([from, to], e) => {
    const route = routes[e]!;
    expect(route[0]).toBeCloseTo(x[from]! + nodes[from]!.w);
    expect(route[1]).toBeCloseTo(y[from]! + nodes[from]!.h / 2);
    expect(route.at(-2)).toBeCloseTo(x[to]!);
    expect(route.at(-1)).toBeCloseTo(y[to]! + nodes[to]!.h / 2);
    for (let i = 2; i < route.length; i += 2) expect(route[i]).toBeGreaterThanOrEqual(route[i - 2]!);
  });
}

describe.each([{ aspect: undefined }, { aspect: 1.6 }])("layout with aspect $aspect", ({ aspect }) => {
  const options = aspect === undefined ? {} : { aspect };

  test("boxes do not overlap and edges lead to the right", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layout = layoutGraph(graph, options);
        expect(overlaps(rectsOf(graph, layout))).toEqual([]);
        checkRoutes(graph, layout);
      }),
      runs,
    );
  });

  test("gives the same for the same graph", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(layoutGraph(graph, options)).toEqual(layoutGraph(structuredClone(graph), options));
      }),
      runs,
    );
  });
});

test("a long column is wrapped, and its lines cross no box", () => {
  const nodes = Array.from({ length: 200 }, () => ({ w: 150, h: 34 }));
  const edges = Array.from({ length: 199 }, (_, i): LayoutEdge => [Math.floor(i / 40), i + 1]).filter(
    ([from, to]) => from < 5 && to >= 5,
  );
  const graph = { nodes, edges };
  const layout = layoutGraph(graph, { aspect: 1.6 });
  expect(layout.width / layout.height).toBeGreaterThan(0.8);
  expect(layout.width / layout.height).toBeLessThan(3);
  expect(overlaps(rectsOf(graph, layout))).toEqual([]);
  expect(crossedBoxes(graph, layout)).toEqual([]);
});

/** Level stretches of lines that run through a box. */
function crossedBoxes(graph: LayoutGraph, layout: Layout): string[] {
  const rects = rectsOf(graph, layout);
  return layout.routes.flatMap((route, e) => {
    const found: string[] = [];
    for (let i = 2; i < route.length; i += 2) {
      const [x1, y1, x2, y2] = [route[i - 2]!, route[i - 1]!, route[i]!, route[i + 1]!];
      if (y1 !== y2) continue;
      for (const box of rects) {
        const through = box.y < y1 && y1 < box.y + box.h && x1 < box.x + box.w && box.x < x2;
        if (through) found.push(`${graph.edges[e]} through ${JSON.stringify(box)}`);
      }
    }
    return found;
  });
}

test("a graph with cycles and loops is laid out all the same", () => {
  const nodes = Array.from({ length: 4 }, () => ({ w: 100, h: 30 }));
  const edges: LayoutEdge[] = [
    [0, 1],
    [1, 2],
    [2, 0],
    [3, 3],
    [2, 3],
  ];
  const layout = layoutGraph({ nodes, edges });
  expect(overlaps(rectsOf({ nodes, edges }, layout))).toEqual([]);
  expect(layout.routes).toHaveLength(5);
});

test("a chain of thousands whose nodes all lead to the last is laid out in time", () => {
  const count = 3000;
  const nodes = Array.from({ length: count }, () => ({ w: 100, h: 30 }));
  const edges = nodes.slice(1).flatMap((_, i): LayoutEdge[] => [
    [i, i + 1],
    [i, count - 1],
  ]);
  const layout = layoutGraph({ nodes, edges });
  expect(layout.rank.at(-1)).toBe(count - 1);
  const points = layout.routes.reduce((sum, route) => sum + route.length, 0);
  expect(points).toBeLessThan(count * 40);
});

test("sources stand right before their first child", () => {
  // 0 -> 1 -> 2 -> 3, and source 4 -> 3
  const nodes = Array.from({ length: 5 }, () => ({ w: 100, h: 30 }));
  const layout = layoutGraph({
    nodes,
    edges: [
      [0, 1],
      [1, 2],
      [2, 3],
      [4, 3],
    ],
  });
  expect([...layout.rank]).toEqual([0, 1, 2, 3, 2]);
});

test("lines of boxes that stand already meet them", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { x, y } = layoutGraph(graph, { aspect: 1.6 });
      checkRoutes(graph, routePlaced(graph, x, y));
    }),
    runs,
  );
});

describe("a layout that grows", () => {
  const options = { pitch: 320, gap: 14 };

  test("keeps everything that was shown, and adds without overlap", () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 0, max: 59 }), (whole, seed) => {
        const nodes = whole.nodes.map(() => ({ w: 240, h: 34 }));
        const focus = seed % nodes.length;
        const shown = new Set([focus]);
        let stands = new Map<number, Stand>();
        for (let hop = 0; hop < 4; hop++) {
          const members = [...shown];
          const graph = { nodes: members.map((v) => nodes[v]!), edges: edgesAmong(whole.edges, members) };
          const grown = growLayout(
            graph,
            members.map((v) => stands.get(v)),
            { ...options, anchor: 0 },
          );
          expect(overlaps(rectsOf(graph, grown))).toEqual([]);
          checkRoutes(graph, grown);
          members.forEach((v, i) => {
            const before = stands.get(v);
            if (before === undefined || before.column !== grown.column[i]) return;
            expect(grown.y[i]).toBeCloseTo(before.y);
          });
          stands = new Map(members.map((v, i) => [v, { column: grown.column[i]!, y: grown.y[i]! }]));
          for (const [from, to] of whole.edges) {
            if (shown.has(to) && hop % 2 === 0) shown.add(from);
            else if (shown.has(from) && hop % 2 === 1) shown.add(to);
          }
        }
      }),
      runs,
    );
  });

  test("moves a box to the right only when a new one must stand before it", () => {
    const nodes = Array.from({ length: 3 }, () => ({ w: 240, h: 34 }));
    const before = [{ column: 0, y: 0 }, { column: 1, y: 0 }, undefined];
    const free = growLayout(
      {
        nodes,
        edges: [
          [0, 1],
          [0, 2],
        ],
      },
      before,
      options,
    );
    expect([...free.column]).toEqual([0, 1, 1]);
    const between = growLayout(
      {
        nodes,
        edges: [
          [0, 1],
          [0, 2],
          [2, 1],
        ],
      },
      before,
      options,
    );
    expect([...between.column]).toEqual([0, 2, 1]);
  });

  test("makes room below a box that opened", () => {
    const nodes = [
      { w: 240, h: 200 },
      { w: 240, h: 34 },
      { w: 240, h: 34 },
    ];
    const before = [0, 48, 400].map((y) => ({ column: 0, y }));
    const grown = growLayout({ nodes, edges: [] }, before, { ...options, anchor: 0 });
    expect(grown.y[0]).toBeCloseTo(0);
    expect(grown.y[1]).toBeCloseTo(214);
    expect(grown.y[2]).toBeCloseTo(400);
  });
});

function edgesAmong(edges: readonly LayoutEdge[], members: readonly number[]): LayoutEdge[] {
  const index = new Map(members.map((v, i) => [v, i]));
  return edges.flatMap(([from, to]): LayoutEdge[] => {
    const [a, b] = [index.get(from), index.get(to)];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
}

describe("folds", () => {
  const sizes = { folder: { w: 200, h: 56 }, padding: { side: 20, top: 40 } };
  const folderNames = [
    ["staging", "stripe"],
    ["staging", "shop"],
    ["marts"],
    ["marts", "finance", "daily"],
    ["raw"],
  ];

  test("boxes overlap only where one holds the other, and edges are added up", () => {
    fc.assert(
      fc.property(graphs, fc.array(fc.nat(8), { maxLength: 6 }), ({ nodes, edges }, opened) => {
        const paths = nodes.map((_, v) => folderNames[(v * 7) % folderNames.length]!);
        const tree = buildFolderTree(
          paths,
          nodes.map((_, v) => `m${v}`),
        );
        const open = new Set(opened.map((folder) => 1 + (folder % Math.max(1, tree.folders.length - 1))));
        const layout = layoutFolds(tree, edges, open, { ...sizes, leaves: nodes });
        const closed = layout.boxes.filter((box) => box.kind === "leaf" || !box.open);
        expect(overlaps(closed)).toEqual([]);
        for (const box of layout.boxes) {
          expect(box.x + box.w).toBeLessThanOrEqual(layout.width + 1e-6);
          expect(box.y + box.h).toBeLessThanOrEqual(layout.height + 1e-6);
        }
        layout.edges.forEach(({ from, to, route }) => {
          const [a, b] = [layout.boxes[from]!, layout.boxes[to]!];
          expect([a.x, a.x + a.w]).toContainEqual(expect.closeTo(route[0]!));
          expect([b.x, b.x + b.w]).toContainEqual(expect.closeTo(route.at(-2)!));
        });
        const drawn = layout.edges.reduce((sum, { count }) => sum + count, 0);
        expect(drawn).toBeLessThanOrEqual(edges.length);
        if (open.size === tree.folders.length - 1) expect(drawn).toBe(edges.length);
      }),
      runs,
    );
  });

  test("opening a folder moves no other box into another column or past its neighbours", () => {
    const nodes = Array.from({ length: 60 }, () => ({ w: 100, h: 30 }));
    const edges = nodes.slice(5).map((_, i): LayoutEdge => [Math.floor(i / 3), i + 5]);
    const tree = buildFolderTree(
      nodes.map((_, v) => [`area${v % 3}`, `f${Math.floor(v / 4)}`]),
      nodes.map((_, v) => `m${v}`),
    );
    const areas = tree.folders.filter(({ parent }) => parent === 0).map(({ id }) => id);
    const orderOf = (open: readonly number[]) => {
      const { boxes } = layoutFolds(tree, edges, new Set([...areas, ...open]), { ...sizes, leaves: nodes });
      return boxes
        .flatMap((box) => (box.kind === "folder" && !areas.includes(box.folder) ? [box] : []))
        .sort(
          (a, b) => tree.folders[a.folder]!.parent - tree.folders[b.folder]!.parent || a.x - b.x || a.y - b.y,
        )
        .map(({ folder }) => folder);
    };
    const inner = tree.folders.filter(({ parent }) => parent > 0).map(({ id }) => id);
    for (const folder of inner) expect(orderOf([folder])).toEqual(orderOf([]));
    expect(orderOf(inner)).toEqual(orderOf([]));
  });

  test("folders that need each other stand in columns of their own as far as possible", () => {
    const nodes = Array.from({ length: 4 }, () => ({ w: 100, h: 30 }));
    // Both folders lie at the same depth on the mean; "b" is made of "a".
    const tree = buildFolderTree([["a"], ["a"], ["b"], ["b"]], ["a0", "a1", "b0", "b1"]);
    const layout = layoutFolds(
      tree,
      [
        [0, 1],
        [0, 3],
      ],
      new Set(),
      { ...sizes, leaves: nodes },
    );
    const [a, b] = layout.boxes;
    expect(a!.x + a!.w).toBeLessThan(b!.x);
  });

  test("a folder with hundreds of files is divided by their names", () => {
    const labels = Array.from(
      { length: 400 },
      (_, i) => `stg_${["stripe", "shop", "crm", "ads"][i % 4]}__t${i}`,
    );
    const tree = buildFolderTree(
      labels.map(() => ["p", "models", "staging"]),
      labels,
    );
    expect(tree.folders.map(({ label, count }) => [label, count])).toEqual([
      ["", 400],
      ["stg_ads…", 100],
      ["stg_crm…", 100],
      ["stg_shop…", 100],
      ["stg_stripe…", 100],
    ]);
  });
});
