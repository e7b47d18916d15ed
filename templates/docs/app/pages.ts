// Shows the page that the address names, and keeps what surrounds it in step: title, contents, marks in the navigation.

import type { GraphData, GraphState, MountedGraph } from "../../../src/docs/site-data.ts";
import { siteKinds } from "../../../src/docs/site-data.ts";
import { kindAt, labelAt, tagsAt } from "../../../src/docs/site-index.ts";
import { type Address, nodeHref, readAddress, writeAddress } from "./addresses.ts";
import { fill, h, part } from "./dom.ts";
import { mountGraph } from "./graph/index.ts";
import { graphColumnEdges, graphColumns, graphData, selectorAround } from "./graph-data.ts";
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
  #small: MountedGraph | undefined;
  #watcher: IntersectionObserver | undefined;
  #data: GraphData | undefined;
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
    else this.#showSmall(address, page);
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
    this.#graph = mountGraph(element, this.#graphData(), {
      state,
      ...this.#lent(),
      onState: (next) => history.replaceState(null, "", writeAddress("graph", "", next)),
    });
  }

  #showSmall({ subject }: Address, page: HTMLElement | undefined): void {
    if (!page) {
      this.#mountSmall(part("graph-preview", HTMLDivElement), {});
      return;
    }
    const place = page.querySelector(".node-graph");
    const node = this.#site.numberOf(subject);
    if (place instanceof HTMLElement && node !== undefined)
      this.#mountSmall(place, { select: selectorAround(this.#site, node) });
  }

  /** A small graph within a page, drawn when the reader comes to it. */
  #mountSmall(element: HTMLElement, state: GraphState): void {
    this.#watcher = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting || this.#small) return;
      this.#watcher?.disconnect();
      const options = { state, compact: true, ...this.#lent(), onState: () => {} };
      this.#small = mountGraph(element, this.#graphData(), options);
    });
    this.#watcher.observe(element);
  }

  #graphData(): GraphData {
    this.#data ??= graphData(this.#site);
    return this.#data;
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
    this.#small?.destroy();
    this.#watcher?.disconnect();
    this.#graph = undefined;
    this.#small = undefined;
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
