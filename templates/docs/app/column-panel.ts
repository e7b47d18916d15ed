// What opens below a column: the way of its values as a picture and in words, and the list of all that a change of it
// would reach.

import { type ColumnDetails, edgeKinds, type NodeDetails } from "../../../src/docs/node-details.ts";
import { idAt, kindAt, labelAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { drawColumns } from "./column-picture.ts";
import { columnOf, decidedBy, type Point, type Walk, walkColumns } from "./column-walk.ts";
import { breakable, fill, h } from "./dom.ts";
import { copyButton } from "./downloads.ts";
import { kindDot } from "./kinds.ts";
import { nodeLink } from "./neighbours.ts";
import type { Site } from "./site.ts";

const KIND_WORDS = { copy: "unchanged", rename: "renamed", derive: "computed" } as const;

/** The panel; its content comes as soon as the details of the other nodes are read. */
export function columnPanel(
  site: Site,
  node: number,
  details: NodeDetails,
  column: ColumnDetails,
): HTMLElement {
  const panel = h(
    "div",
    { class: "column-panel", "data-testid": "column-lineage" },
    h("p", { class: "soft" }, "Following the column …"),
  );
  const start: Point = { node, column: column.name };
  if (site.index.lineage.columns && !details.lineageNote) void followed(site, start, column, panel);
  else fill(panel, tableLineage(site, node, details));
  return panel;
}

async function followed(site: Site, start: Point, column: ColumnDetails, panel: HTMLElement): Promise<void> {
  const [up, down] = await Promise.all([walkColumns(site, start, "up"), walkColumns(site, start, "down")]);
  const impact = await impactList(site, down);
  const isAlone = up.edges.length + down.edges.length === 0;
  fill(
    panel,
    isAlone
      ? h("p", { class: "soft" }, "No other column has its values, and it has none of theirs.")
      : drawColumns(site, start, up, down),
    up.isCut || down.isCut ? h("p", { class: "notice" }, "There is more: the picture is cut.") : null,
    h("div", { class: "columns" }, origins(site, column), impact),
  );
}

function origins(site: Site, { up = [] }: ColumnDetails): HTMLElement {
  const expressions = new Set(up.flatMap(([, , , expression]) => expression ?? []));
  return h(
    "div",
    {},
    h("h3", {}, "Comes from"),
    up.length === 0 ? h("p", { class: "soft" }, "No column: it begins here.") : null,
    h(
      "ul",
      { class: "rows tight" },
      up.map(([node, column, kind]) =>
        h(
          "li",
          {},
          columnHit(site, node, column),
          " ",
          h("span", { class: "soft kind-word" }, KIND_WORDS[edgeKinds[kind] ?? "derive"]),
        ),
      ),
    ),
    [...expressions].map((expression) => h("code", { class: "expression" }, expression)),
  );
}

/** "orders.amount" with the kind of the node. */
function columnHit(site: Site, node: number, column: string): HTMLElement {
  const { index } = site;
  return h(
    "span",
    { class: "node-link" },
    kindDot(kindAt(index, node)),
    h("a", { href: nodeHref(idAt(index, node), column) }, breakable(`${labelAt(index, node)}.${column}`)),
  );
}

/** Models, tests and exposures that a change of the column would reach. */
async function impactList(site: Site, down: Walk): Promise<HTMLElement> {
  const columns = new Map<number, string[]>();
  for (const { node, column } of down.points.slice(1))
    columns.set(node, [...(columns.get(node) ?? []), column]);
  const decided = await decidedBy(site, down.points);
  const reached = new Set([...columns.keys(), ...decided.keys()]);
  const readers = new Set<number>();
  for (const { node } of down.points)
    for (const child of site.children(node)) if (kindAt(site.index, child) === "exposure") readers.add(child);
  const tests = await testsOf(site, down);
  const lines = [
    ...[...columns].map(([node, names]) => `${labelAt(site.index, node)}: ${names.join(", ")}`),
    ...[...decided]
      .filter(([node]) => !columns.has(node))
      .map(([node, use]) => `${labelAt(site.index, node)} (${use})`),
    ...[...readers].map((node) => `exposure ${labelAt(site.index, node)}`),
    ...tests.map((test) => `test ${test}`),
  ];
  return h(
    "div",
    {},
    h(
      "div",
      { class: "section-head" },
      h("h3", {}, "A change would reach"),
      lines.length > 0 ? copyButton("Copy", () => lines.join("\n"), "the impact list") : null,
    ),
    lines.length === 0 ? h("p", { class: "soft" }, "Nothing.") : null,
    h(
      "ul",
      { class: "rows tight" },
      [...reached].map((node) =>
        h(
          "li",
          {},
          nodeLink(site, node),
          h("span", { class: "soft" }, ` ${columns.get(node)?.join(", ") ?? `by ${decided.get(node)}`}`),
        ),
      ),
      [...readers].map((node) => h("li", {}, nodeLink(site, node))),
      tests.length > 0
        ? h(
            "li",
            { class: "soft" },
            `${tests.length} ${tests.length === 1 ? "test" : "tests"}: ${tests.slice(0, 6).join("; ")}`,
          )
        : null,
    ),
  );
}

async function testsOf(site: Site, { points }: Walk): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { node, column } of points) {
    const tests = columnOf(await site.details(node), column)?.tests ?? [];
    for (const { label } of tests) found.push(`${label} on ${labelAt(site.index, node)}.${column}`);
  }
  return found;
}

function tableLineage(site: Site, node: number, { lineageNote }: NodeDetails): readonly HTMLElement[] {
  const list = (name: string, nodes: readonly number[]) =>
    h(
      "div",
      {},
      h("h3", {}, name),
      nodes.length === 0 ? h("p", { class: "soft" }, "Nothing.") : null,
      h(
        "ul",
        { class: "rows tight" },
        nodes.slice(0, 25).map((one) => h("li", {}, nodeLink(site, one))),
      ),
    );
  return [
    h("p", { class: "soft" }, lineageNote ?? site.index.lineage.note ?? ""),
    h(
      "div",
      { class: "columns" },
      list("The table is made of", site.parents(node)),
      list("The table is used by", site.children(node)),
    ),
  ];
}
