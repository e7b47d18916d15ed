// Shows the page that the address names, and keeps what surrounds it in step: title, contents, marks in the navigation.

import type { MountedGraph } from "../../../src/docs/site-data.ts";
import { siteKinds } from "../../../src/docs/site-data.ts";
import { kindAt, labelAt, tagsAt } from "../../../src/docs/site-index.ts";
import { type Address, nodeHref, readAddress, writeAddress } from "./addresses.ts";
import { fill, h, part } from "./dom.ts";
import { mountGraph } from "./graph/index.ts";
import { graphColumnEdges, graphColumns, graphData } from "./graph-data.ts";
import { kindWords } from "./kinds.ts";
import { listPage } from "./list-page.ts";
import { nodePage } from "./node-page.ts";
import { relationsPage } from "./relations-page.ts";
import { runPage } from "./run-page.ts";
import type { Site } from "./site.ts";
import type { Tree } from "./tree.ts";

export class Pages {
  readonly #site: Site;
  readonly #tree: Tree;
  readonly #main = part("main", HTMLElement);
  readonly #overview = part("overview", HTMLDivElement);
  readonly #view = part("view", HTMLDivElement);
  #graph: MountedGraph | undefined;
  #preview: MountedGraph | undefined;
  /** Counts pages, so that a page whose data comes late does not replace a newer one. */
  #round = 0;

  constructor(site: Site, tree: Tree) {
    this.#site = site;
    this.#tree = tree;
  }

  /** Shows the page of the address. @param isFirst the page was just opened: the focus stays */
  async show(isFirst = false): Promise<void> {
    const address = readAddress(location.hash);
    const round = ++this.#round;
    if (address.page === "graph" && this.#graph) {
      this.#graph.setState(address.state);
      return;
    }
    const page = await this.#pageOf(address);
    if (round !== this.#round) return;
    this.#leaveGraphs();
    this.#overview.hidden = page !== undefined;
    this.#view.hidden = page === undefined;
    fill(this.#view, page);
    this.#main.classList.toggle("wide", address.page === "graph");
    if (page && address.page === "graph") this.#mountGraph(page, address);
    else if (!page) this.#mountPreview();
    this.#markPlace(address, page);
    if (!isFirst) {
      scrollTo(0, 0);
      this.#main.focus({ preventScroll: true });
    }
  }

  async #pageOf({ page, subject, state }: Address): Promise<HTMLElement | undefined> {
    const site = this.#site;
    const nodes = (keep: (node: number) => boolean) =>
      site.index.label.flatMap((_, node) => (keep(node) ? [node] : []));
    switch (page) {
      case "":
        return undefined;
      case "node": {
        const node = site.numberOf(subject);
        return node === undefined
          ? missing(subject)
          : nodePage(site, node, await site.details(node), state.column);
      }
      case "graph":
        return h("div", { class: "graph-page" });
      case "run": {
        const run = await site.run();
        return run ? runPage(site, run) : missing("a run");
      }
      case "tables":
        return relationsPage(site);
      case "tag":
        return listPage(
          site,
          `# ${subject}`,
          nodes((node) => tagsAt(site.index, node).includes(subject)),
        );
      case "list": {
        const kind = siteKinds.find((one) => one === subject);
        return kind
          ? listPage(
              site,
              kindWords[kind].many,
              nodes((node) => kindAt(site.index, node) === kind),
            )
          : missing(subject);
      }
      default:
        return missing(page);
    }
  }

  #mountGraph(element: HTMLElement, { state }: Address): void {
    this.#graph = mountGraph(element, graphData(this.#site), {
      state,
      ...this.#lent(),
      onState: (next) => history.replaceState(null, "", writeAddress("graph", "", next)),
    });
  }

  /** The small graph of the overview, drawn when the page has nothing else to do. */
  #mountPreview(): void {
    const round = this.#round;
    setTimeout(() => {
      if (round !== this.#round) return;
      const element = part("graph-preview", HTMLDivElement);
      this.#preview = mountGraph(element, graphData(this.#site), {
        state: {},
        compact: true,
        ...this.#lent(),
        onState: () => {},
      });
    }, 60);
  }

  #lent() {
    return {
      onOpen: (id: string) => {
        location.hash = nodeHref(id);
      },
      columnsOf: (id: string) => graphColumns(this.#site, id),
      columnEdgesOf: (id: string) => graphColumnEdges(this.#site, id),
    };
  }

  #leaveGraphs(): void {
    this.#graph?.destroy();
    this.#preview?.destroy();
    this.#graph = undefined;
    this.#preview = undefined;
  }

  #markPlace({ page, subject }: Address, shown: HTMLElement | undefined): void {
    const { project } = this.#site.index;
    const node = page === "node" ? this.#site.numberOf(subject) : undefined;
    const name =
      node === undefined ? (shown?.querySelector("h1")?.textContent ?? "") : labelAt(this.#site.index, node);
    document.title = name === "" ? `${project} · docs` : `${name} · ${project}`;
    this.#tree.show(node);
    for (const link of document.querySelectorAll(".pages a")) {
      const isHere = readAddress(link.getAttribute("href") ?? "").page === page;
      if (isHere) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

function missing(what: string): HTMLElement {
  return h(
    "article",
    { class: "page" },
    h("h1", {}, "Not here"),
    h(
      "p",
      {},
      `These docs do not hold ${what}. It may have been renamed or removed since the link was made.`,
    ),
    h("p", {}, h("a", { href: "#/" }, "Back to the overview")),
  );
}
