// How tables relate: boxes with keys and lines between them, from foreign keys and relationships tests, and the same as
// a list.

import { layoutGraph } from "../../../src/docs/layout/layout-graph.ts";
import type { NodeDetails, RelationDetails } from "../../../src/docs/node-details.ts";
import { idAt, labelAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { h, s, tableHead } from "./dom.ts";
import { detailsIn, type Site } from "./site.ts";

const ROW = 22;
const HEAD = 30;
const FOOT = 6;

/** More tables than this are no picture any more. */
const MOST_BOXES = 120;

interface Relation extends RelationDetails {
  readonly from: number;
}

interface Table {
  readonly node: number;
  readonly columns: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export async function relationsPage(site: Site): Promise<HTMLElement> {
  const relations = await allRelations(site);
  const tables = new Set(relations.flatMap(({ from, node }) => [from, node]));
  return h(
    "article",
    { class: "page" },
    h(
      "header",
      { class: "title" },
      h("h1", {}, "How tables relate"),
      h(
        "p",
        { class: "soft" },
        relations.length > 0
          ? "From relationships tests and foreign keys."
          : "Nothing is known yet: add relationships tests or foreign keys to columns.",
      ),
    ),
    tables.size > MOST_BOXES
      ? h(
          "p",
          { class: "notice" },
          `${tables.size} tables are too many for a picture: the list has them all.`,
        )
      : null,
    relations.length > 0 && tables.size <= MOST_BOXES ? picture(site, relations) : null,
    relations.length > 0 ? relationList(site, relations) : null,
  );
}

async function allRelations(site: Site): Promise<readonly Relation[]> {
  const found: Relation[] = [];
  for (let number = 0; number < site.chunkCount; number++) {
    const chunk = await site.chunk(number);
    if (!chunk.text.includes('"relations":[')) continue;
    for (const line of chunk.starts.keys()) {
      const details: NodeDetails = detailsIn(chunk, line);
      const from = site.numberOf(details.id);
      for (const relation of details.relations ?? [])
        if (from !== undefined) found.push({ ...relation, from });
    }
  }
  return found;
}

function picture(site: Site, relations: readonly Relation[]): HTMLElement {
  const tables = placed(site, relations);
  const byNode = new Map(tables.map((table) => [table.node, table]));
  const width = Math.max(...tables.map(({ x, w }) => x + w)) + 2;
  const height = Math.max(...tables.map(({ y, h: tall }) => y + tall)) + 2;
  return h(
    "div",
    {
      class: "picture-scroll erd",
      "data-scrolls": true,
      tabindex: "0",
      role: "group",
      "aria-label": "Tables and their keys",
    },
    s(
      "svg",
      {
        width,
        height,
        viewBox: `-1 -1 ${width + 1} ${height + 1}`,
        class: "column-picture",
        role: "group",
        "aria-label": "Tables and their keys; the list below says the same",
      },
      relations.map((relation) => line(relation, byNode)),
      tables.map((table) => box(site, table)),
    ),
  );
}

function placed(site: Site, relations: readonly Relation[]): readonly Table[] {
  const columns = new Map<number, Set<string>>();
  const add = (node: number, column: string) =>
    columns.set(node, (columns.get(node) ?? new Set()).add(column));
  for (const { from, column, node, toColumn } of relations) {
    add(node, toColumn);
    add(from, column);
  }
  const nodes = [...columns.keys()];
  const places = new Map(nodes.map((node, at) => [node, at]));
  const sizes = nodes.map((node) => {
    const names = [labelAt(site.index, node), ...(columns.get(node) ?? [])];
    return {
      w: Math.min(300, Math.max(...names.map((name) => name.length)) * 7.4 + 34),
      h: HEAD + (columns.get(node)?.size ?? 0) * ROW + FOOT,
    };
  });
  const edges = relations
    .filter(({ from, node }) => from !== node)
    .map(({ from, node }) => [places.get(node) ?? 0, places.get(from) ?? 0] as const);
  const { x, y } = layoutGraph(
    { nodes: sizes, edges },
    { spacing: { node: 24, edge: 12, rank: 96 }, aspect: 1.8 },
  );
  return nodes.map((node, at) => ({
    node,
    columns: [...(columns.get(node) ?? [])],
    x: x[at] as number,
    y: y[at] as number,
    ...(sizes[at] as { w: number; h: number }),
  }));
}

function box(site: Site, { node, columns, x, y, w, h: tall }: Table): SVGElement {
  const id = idAt(site.index, node);
  return s(
    "g",
    { transform: `translate(${x} ${y})`, class: "box" },
    s("rect", { width: w, height: tall, rx: 7 }),
    s("a", { href: nodeHref(id) }, s("text", { x: 12, y: 20, class: "box-name" }, labelAt(site.index, node))),
    columns.map((column, at) => s("text", { x: 12, y: HEAD + at * ROW + 15 }, column)),
  );
}

/** From the key (one) to the column that holds it (many, unless that is unique, too). */
function line(
  { from, column, node, toColumn, unique }: Relation,
  tables: ReadonlyMap<number, Table>,
): SVGElement {
  const [one, many] = [tables.get(node), tables.get(from)];
  const level = (table: Table | undefined, name: string) =>
    table ? table.y + HEAD + table.columns.indexOf(name) * ROW + ROW / 2 : 0;
  const [x1, y1] = [(one?.x ?? 0) + (one?.w ?? 0), level(one, toColumn)];
  const [x2, y2] = [many?.x ?? 0, level(many, column)];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  const foot = unique
    ? `M${x2 - 8} ${y2 - 5}V${y2 + 5}`
    : `M${x2 - 10} ${y2}L${x2} ${y2 - 6}M${x2 - 10} ${y2}L${x2} ${y2 + 6}`;
  return s("path", {
    class: "edge edge-copy",
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}M${x1 + 8} ${y1 - 5}V${y1 + 5}${foot}`,
  });
}

function relationList(site: Site, relations: readonly Relation[]): HTMLElement {
  const end = (node: number, column: string) =>
    h("a", { href: nodeHref(idAt(site.index, node), column) }, `${labelAt(site.index, node)}.${column}`);
  return h(
    "table",
    { class: "list-table" },
    tableHead(["Column", "Leads to", "How many"]),
    h(
      "tbody",
      {},
      relations.map(({ from, column, node, toColumn, unique }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, end(from, column)),
          h("td", { class: "leads" }, end(node, toColumn)),
          h("td", { class: "soft" }, unique ? "one to one" : "many to one"),
        ),
      ),
    ),
  );
}
