// The page of one node: what it is, its columns, what it is made of and who uses it, how it went, its code.

import type { NodeDetails, Pair, TestDetails } from "../../../src/docs/node-details.ts";
import { folderAt, idAt, isDrawn, kindAt, labelAt, packageAt, tagsAt } from "../../../src/docs/site-index.ts";
import { nodeHref, writeAddress } from "./addresses.ts";
import { codeSection } from "./code-section.ts";
import { columnSection } from "./column-table.ts";
import { breakable, duration, h, moment, prose, sign } from "./dom.ts";
import { copyButton } from "./downloads.ts";
import { selectorAround } from "./graph-data.ts";
import { kindDot, kindWords } from "./kinds.ts";
import { mermaidAround } from "./mermaid.ts";
import { neighbourSection } from "./neighbours.ts";
import { pastBars } from "./past-bars.ts";
import type { Site } from "./site.ts";
import { testLine } from "./test-line.ts";

/** @param column to be shown opened */
export function nodePage(site: Site, node: number, details: NodeDetails, column?: string): HTMLElement {
  const { index } = site;
  return h(
    "article",
    { class: "page node-page", "data-testid": "node-page", "data-unique-id": details.id },
    title(site, node, details),
    h(
      "div",
      { class: "node-layout" },
      h(
        "div",
        { class: "node-body" },
        details.description ? prose(details.description) : undocumented(site, node),
        columnSection(site, node, details, column),
        testSection(details.tests ?? [], site),
        neighbourSection(site, node),
        codeSection(details, labelAt(index, node)),
        pairSection("Config", details.config),
        pairSection("Meta", details.meta),
        macroSection(site, details),
      ),
      facts(site, node, details),
    ),
  );
}

function title(site: Site, node: number, details: NodeDetails): HTMLElement {
  const { index } = site;
  const kind = kindAt(index, node);
  const path = [packageAt(index, node), ...folderAt(index, node).split("/")].filter(Boolean);
  const graph = writeAddress("graph", "", { select: selectorAround(site, node) });
  return h(
    "header",
    { class: "title" },
    h("p", { class: "crumbs soft" }, path.join(" / ")),
    h("h1", {}, breakable(labelAt(index, node))),
    h(
      "p",
      { class: "badges" },
      h("span", { class: "badge" }, kindDot(kind), kindWords[kind].one),
      details.materialized ? h("span", { class: "badge" }, details.materialized) : null,
      details.access && details.access !== "protected" ? h("span", { class: "badge" }, details.access) : null,
      details.contract ? h("span", { class: "badge" }, "contract") : null,
      tagsAt(index, node).map((tag) =>
        h("a", { class: "badge tag", href: writeAddress("tag", tag) }, `# ${tag}`),
      ),
    ),
    h(
      "p",
      { class: "actions" },
      isDrawn(index, node) ? h("a", { class: "quiet-button", href: graph }, "Show in the graph") : null,
      copyButton("Copy link", () => location.href, "the link"),
      copyButton("Copy as Mermaid", () => mermaidAround(site, node), "the graph around it as Mermaid"),
    ),
  );
}

function undocumented(site: Site, node: number): HTMLElement | null {
  const kind = kindAt(site.index, node);
  if (kind === "test" || kind === "unit_test" || kind === "analysis") return null;
  return h("p", { class: "soft nothing" }, "No description yet.");
}

function facts(site: Site, node: number, details: NodeDetails): HTMLElement {
  const { result, freshness } = details;
  const rows: (readonly [string, Node | string])[] = [];
  if (result) rows.push(["Last run", resultFact(details)]);
  if (details.past && details.past.length > 1) rows.push(["Earlier runs", pastBars(details.past)]);
  if (freshness) rows.push(["Freshness", freshnessFact(details)]);
  if (details.relation) rows.push(["In the warehouse", h("code", {}, breakable(details.relation))]);
  if (details.owner) rows.push(["Owner", ownerFact(details)]);
  if (details.group) rows.push(["Group", details.group]);
  if (details.version) rows.push(["Version", versionText(details)]);
  if (details.deprecated) rows.push(["Deprecated", moment(details.deprecated)]);
  if (details.url)
    rows.push(["Address", h("a", { href: details.url, rel: "noopener noreferrer" }, details.url)]);
  for (const [key, value] of details.facts ?? []) rows.push([capital(key), value]);
  for (const [key, value] of details.stats ?? []) rows.push([key, value]);
  if (details.path) rows.push(["File", h("code", {}, breakable(details.path))]);
  if (details.patch && details.patch !== details.path)
    rows.push(["Described in", h("code", {}, breakable(details.patch))]);
  rows.push(["Id", h("code", {}, breakable(idAt(site.index, node)))]);
  return h(
    "aside",
    { class: "facts", "aria-label": "Facts" },
    h(
      "dl",
      {},
      rows.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value))),
    ),
  );
}

function resultFact({ result }: NodeDetails): HTMLElement {
  if (!result) return h("span");
  const parts = [result.status, duration(result.seconds)];
  if (result.rows !== undefined) parts.push(`${result.rows.toLocaleString("en")} rows`);
  return h(
    "div",
    {},
    sign(result.health),
    ` ${parts.join(" · ")} `,
    result.at ? h("div", { class: "soft" }, moment(result.at)) : null,
    result.message ? h("div", { class: "message" }, result.message) : null,
  );
}

function freshnessFact({ freshness }: NodeDetails): HTMLElement {
  if (!freshness) return h("span");
  const limits = [
    freshness.warnAfter ? `warns after ${freshness.warnAfter}` : "",
    freshness.errorAfter ? `fails after ${freshness.errorAfter}` : "",
  ].filter(Boolean);
  return h(
    "div",
    {},
    sign(freshness.health),
    ` ${freshness.status}`,
    freshness.loadedAt ? h("div", {}, "loaded ", moment(freshness.loadedAt)) : null,
    h("div", { class: "soft" }, limits.join(", ")),
  );
}

function ownerFact({ owner = "", email }: NodeDetails): Node {
  const isAddress = email !== undefined && /^[^\s@<>"?]+@[^\s@<>"?]+$/.test(email);
  return isAddress ? h("a", { href: `mailto:${email}` }, owner) : h("span", {}, owner);
}

function versionText({ version = "", latest }: NodeDetails): string {
  return latest === undefined || latest === version
    ? `${version}, the latest`
    : `${version}; the latest is ${latest}`;
}

function testSection(tests: readonly TestDetails[], site: Site): HTMLElement | null {
  if (tests.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Tests" },
    h("h2", {}, "Tests"),
    h(
      "ul",
      { class: "rows" },
      tests.map((test) => h("li", {}, testLine(test, site))),
    ),
  );
}

function pairSection(name: string, pairs: readonly Pair[] | undefined): HTMLElement | null {
  if (!pairs || pairs.length === 0) return null;
  return h(
    "section",
    { "aria-label": name },
    h("h2", {}, name),
    h(
      "dl",
      { class: "pairs" },
      pairs.map(([key, value]) => [h("dt", {}, h("code", {}, key)), h("dd", {}, value)]),
    ),
  );
}

function macroSection(site: Site, { macros = [] }: NodeDetails): HTMLElement | null {
  if (macros.length === 0) return null;
  return h(
    "section",
    { "aria-label": "Macros" },
    h("h2", {}, "Macros it calls"),
    h(
      "ul",
      { class: "inline-list" },
      macros.map((macro) =>
        h("li", {}, h("a", { href: nodeHref(idAt(site.index, macro)) }, labelAt(site.index, macro))),
      ),
    ),
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
