// The last run: what failed, where the time went (a lane a worker, the critical path marked), and all results.

import type { RunDetails, RunRow } from "../../../src/docs/run-details.ts";
import { idAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { duration, fill, h, moment, sign, tableHead } from "./dom.ts";
import { drawLanes } from "./run-lanes.ts";
import type { Site } from "./site.ts";

const MOST_ROWS = 100;

export function runPage(site: Site, run: RunDetails): HTMLElement {
  const { rows, critical } = run;
  const bad = rows.filter(({ health }) => health === "fail" || health === "warn");
  const path = critical.flatMap((at) => rows[at] ?? []);
  const pathSeconds = path.reduce((sum, { seconds }) => sum + seconds, 0);
  return h(
    "article",
    { class: "page" },
    h(
      "header",
      { class: "title" },
      h("h1", {}, "Last run"),
      h(
        "p",
        { class: "soft" },
        h("code", {}, `etl ${run.command}`),
        " · ",
        moment(run.at),
        ` · ${duration(run.seconds)} · ${rows.length.toLocaleString("en")} results`,
      ),
    ),
    bad.length > 0
      ? section(
          "What went wrong",
          h(
            "ul",
            { class: "rows" },
            bad.slice(0, MOST_ROWS).map((row) => h("li", {}, problem(site, row))),
          ),
        )
      : null,
    rows.some(({ start }) => start !== undefined)
      ? section("Where the time went", drawLanes(site, run))
      : null,
    path.length > 1
      ? section(
          "Critical path",
          h(
            "p",
            { class: "soft" },
            `${duration(pathSeconds)} of work that had to wait for each other: the run cannot be shorter than this chain.`,
          ),
          bars(site, path, Math.max(...path.map(({ seconds }) => seconds))),
        )
      : null,
    section("All results, slowest first", allRows(site, rows)),
  );
}

function section(name: string, ...children: readonly HTMLElement[]): HTMLElement {
  return h("section", { "aria-label": name }, h("h2", {}, name), children);
}

function problem(site: Site, row: RunRow): readonly (Node | string)[] {
  const note =
    row.failures === undefined
      ? (row.message ?? row.status)
      : `${row.failures} failing ${row.failures === 1 ? "row" : "rows"}`;
  return [sign(row.health), " ", link(site, row), h("div", { class: "message" }, note)];
}

function link(site: Site, { node, label }: RunRow): HTMLElement {
  return node === undefined
    ? h("span", {}, label)
    : h("a", { href: nodeHref(idAt(site.index, node)) }, label);
}

/** Rows with a bar in the length of their time. */
function bars(site: Site, rows: readonly RunRow[], longest: number): HTMLElement {
  return h(
    "ol",
    { class: "bars" },
    rows.map((row) => {
      const bar = h("span", { class: `bar bar-${row.health}`, "aria-hidden": "true" });
      bar.style.width = `${Math.max(0.5, (100 * row.seconds) / (longest || 1))}%`;
      return h(
        "li",
        {},
        link(site, row),
        h("span", { class: "bar-box" }, bar),
        h("span", { class: "time" }, duration(row.seconds)),
      );
    }),
  );
}

function allRows(site: Site, rows: readonly RunRow[]): HTMLElement {
  const sorted = [...rows].sort((a, b) => b.seconds - a.seconds);
  const body = h("tbody");
  const show = (count: number) =>
    fill(
      body,
      sorted.slice(0, count).map((row) => resultRow(site, row)),
    );
  show(MOST_ROWS);
  const more = h(
    "button",
    { type: "button", class: "quiet-button" },
    `Show ${Math.min(2000, sorted.length)} of ${sorted.length}`,
  );
  more.addEventListener("click", () => {
    show(2000);
    more.remove();
  });
  return h(
    "div",
    {},
    h("table", { class: "list-table" }, tableHead(["What", "Result", "Time"]), body),
    sorted.length > MOST_ROWS ? more : null,
  );
}

function resultRow(site: Site, row: RunRow): HTMLElement {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, link(site, row)),
    h("td", {}, sign(row.health), ` ${row.status}`),
    h("td", { class: "time" }, duration(row.seconds)),
  );
}
