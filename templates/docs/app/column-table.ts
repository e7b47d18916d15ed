// The columns of a node: names, types, what is said of them, their tests with last results, where they come from. A
// click on a name opens the column's lineage below it.

import {
  type ColumnDetails,
  edgeKinds,
  type InheritedFrom,
  type NodeDetails,
} from "../../../src/docs/node-details.ts";
import { idAt, labelAt } from "../../../src/docs/site-index.ts";
import { nodeHref, writeAddress } from "./addresses.ts";
import { columnPanel } from "./column-panel.ts";
import { csv } from "./csv.ts";
import { breakable, h, prose } from "./dom.ts";
import { save } from "./downloads.ts";
import type { Site } from "./site.ts";
import { testLine } from "./test-line.ts";

/** @param opened column whose lineage is shown at once */
export function columnSection(
  site: Site,
  node: number,
  details: NodeDetails,
  opened?: string,
): HTMLElement | null {
  const columns = details.columns ?? [];
  if (columns.length === 0) return null;
  const label = labelAt(site.index, node);
  const hasOrigins = columns.some(({ up }) => up !== undefined);
  const saveCsv = () => save(`${label}-columns.csv`, csv(csvRows(site, columns)), "text/csv");
  const table = h(
    "table",
    { class: "column-table", "data-testid": "node-columns" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col", class: "who" }, "Column"),
        h("th", { scope: "col", class: "said" }, "Description"),
        hasOrigins ? h("th", { scope: "col", class: "origin" }, "Comes from") : null,
        h("th", { scope: "col", class: "tests" }, "Tests"),
      ),
    ),
    h(
      "tbody",
      {},
      columns.map((column) => columnRow(site, node, details, column, hasOrigins, opened)),
    ),
  );
  return h(
    "section",
    { "aria-label": "Columns" },
    h(
      "div",
      { class: "section-head" },
      h("h2", {}, "Columns", h("span", { class: "tally" }, columns.length)),
      h("button", { type: "button", class: "quiet-button", click: saveCsv }, "Save as CSV"),
    ),
    details.lineageNote
      ? h("p", { class: "notice" }, `Columns could not be traced: ${details.lineageNote}`)
      : null,
    table,
  );
}

function columnRow(
  site: Site,
  node: number,
  details: NodeDetails,
  column: ColumnDetails,
  hasOrigins: boolean,
  opened: string | undefined,
): readonly HTMLElement[] {
  const button = h(
    "button",
    { type: "button", class: "column-name", "data-column": column.name, "aria-expanded": "false" },
    breakable(column.name),
  );
  const panel = h(
    "tr",
    { class: "column-panel-row", hidden: true },
    h("td", { colspan: hasOrigins ? 4 : 3 }),
  );
  const toggle = () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    panel.hidden = !open;
    const [cell] = panel.children;
    if (open && cell && cell.children.length === 0) cell.append(columnPanel(site, node, details, column));
    const address = writeAddress("node", details.id, open ? { column: column.name } : {});
    history.replaceState(null, "", address);
  };
  button.addEventListener("click", toggle);
  const row = h(
    "tr",
    { "data-testid": "column-row" },
    h(
      "th",
      { scope: "row" },
      button,
      column.type ? h("div", { class: "type" }, column.type) : null,
      marks(column),
    ),
    h("td", { class: "said" }, description(site, column)),
    hasOrigins ? h("td", { class: "origin" }, origin(site, column)) : null,
    h(
      "td",
      { class: "tests" },
      (column.tests ?? []).map((test) => h("div", {}, testLine(test, site))),
    ),
  );
  if (opened === column.name) {
    queueMicrotask(toggle);
    requestAnimationFrame(() => row.scrollIntoView());
  }
  return [row, panel];
}

function marks({ constraints = [], missing }: ColumnDetails): readonly HTMLElement[] {
  const badges = constraints.map((text) => h("span", { class: "badge" }, text));
  return missing ? [...badges, h("span", { class: "badge bad" }, "not in the warehouse")] : badges;
}

function description(site: Site, column: ColumnDetails): readonly (HTMLElement | null)[] {
  const { description: html, inherited, tags = [], meta = [], marked } = column;
  const chips = [
    ...tags.map((tag) => h("span", { class: "badge tag" }, `# ${tag}`)),
    ...meta.map(([key, value]) => h("span", { class: "badge" }, `${key}: ${value}`)),
  ];
  return [
    html ? prose(html) : null,
    inherited ? h("p", { class: "soft from" }, "as described for ", columnLink(site, inherited)) : null,
    chips.length > 0
      ? h(
          "p",
          { class: "badges" },
          chips,
          marked ? h("span", { class: "soft from" }, "from ", columnLink(site, marked)) : null,
        )
      : null,
  ];
}

function columnLink(site: Site, { node, column }: InheritedFrom): HTMLElement {
  return h(
    "a",
    { href: nodeHref(idAt(site.index, node), column) },
    breakable(`${labelAt(site.index, node)}.${column}`),
  );
}

function origin(site: Site, { up = [] }: ColumnDetails): readonly (HTMLElement | null)[] {
  const [first, ...rest] = up;
  if (!first) return [];
  const [node, column, kind] = first;
  return [
    h("span", { class: `link-kind link-${edgeKinds[kind]}` }, columnLink(site, { node, column })),
    rest.length > 0 ? h("span", { class: "soft" }, ` and ${rest.length} more`) : null,
  ];
}

function csvRows(site: Site, columns: readonly ColumnDetails[]): readonly (readonly string[])[] {
  const text = (html: string) => prose(html).textContent?.trim() ?? "";
  return [
    ["column", "type", "description", "tests", "tags", "comes from"],
    ...columns.map(({ name, type = "", description: html = "", tests = [], tags = [], up = [] }) => [
      name,
      type,
      text(html),
      tests.map(({ label }) => label).join("; "),
      tags.join("; "),
      up.map(([node, column]) => `${labelAt(site.index, node)}.${column}`).join("; "),
    ]),
  ];
}
