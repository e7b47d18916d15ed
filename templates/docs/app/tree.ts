// The contents at the side: kinds, packages, folders, nodes. A folder's rows are made when it is opened, so that ten
// thousand models cost no more than ten.

import type { SiteKind } from "../../../src/docs/site-data.ts";
import { folderAt, healthAt, idAt, kindAt, labelAt, packageAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { breakable, fill, h } from "./dom.ts";
import { kindDot, kindWords } from "./kinds.ts";
import type { Site } from "./site.ts";

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly nodes: number[];
  count: number;
}

/** Rows of one folder that are shown at once. */
const MOST_ROWS = 500;

export class Tree {
  readonly #site: Site;
  readonly #element: HTMLElement;
  readonly #sections = new Map<SiteKind, HTMLDetailsElement>();

  constructor(site: Site, element: HTMLElement) {
    this.#site = site;
    this.#element = element;
    const byKind = new Map<SiteKind, number[]>();
    for (let node = 0; node < site.size; node++) {
      const kind = kindAt(site.index, node);
      const nodes = byKind.get(kind);
      if (nodes) nodes.push(node);
      else byKind.set(kind, [node]);
    }
    for (const kind of ORDER) {
      const nodes = byKind.get(kind);
      if (nodes) this.#sections.set(kind, this.#section(kind, nodes));
    }
    fill(element, [...this.#sections.values()]);
  }

  #section(kind: SiteKind, nodes: readonly number[]): HTMLDetailsElement {
    const head = [kindDot(kind), kindWords[kind].many];
    const details = this.#lazy(head, nodes.length, () => this.#rows(this.#folders(nodes)), "tree-kind");
    if (kind === "model") details.open = true;
    return details;
  }

  #folders(nodes: readonly number[]): Folder {
    const { index } = this.#site;
    const root: Folder = { folders: new Map(), nodes: [], count: 0 };
    for (const node of nodes) {
      let folder = root;
      for (const name of [packageAt(index, node), ...folderAt(index, node).split("/")].filter(Boolean)) {
        const inner = folder.folders.get(name) ?? { folders: new Map(), nodes: [], count: 0 };
        folder.folders.set(name, inner);
        folder = inner;
        folder.count++;
      }
      folder.nodes.push(node);
    }
    return withoutLoneFolders(root);
  }

  #rows({ folders, nodes }: Folder): HTMLElement {
    const rows = nodes.slice(0, MOST_ROWS).map((node) => h("li", {}, this.#link(node)));
    const rest = nodes.length - rows.length;
    return h(
      "ul",
      {},
      [...folders].map(([name, folder]) =>
        h(
          "li",
          {},
          this.#lazy([name], folder.count, () => this.#rows(folder)),
        ),
      ),
      rows,
      rest > 0 ? h("li", { class: "soft tree-rest" }, `${rest} more: use the search`) : null,
    );
  }

  /** A folder whose rows are made when it opens. */
  #lazy(
    head: readonly (string | HTMLElement)[],
    count: number,
    rows: () => HTMLElement,
    className = "",
  ): HTMLDetailsElement {
    const details = h(
      "details",
      { class: className },
      h("summary", {}, head, " ", h("span", { class: "tally" }, count.toLocaleString("en"))),
    );
    const make = () => {
      if (details.open && details.children.length === 1) details.append(rows());
    };
    details.addEventListener("toggle", make);
    return Object.assign(details, { make });
  }

  #link(node: number): HTMLElement {
    const { index } = this.#site;
    const health = healthAt(index, node);
    const bad = health === "fail" || health === "warn";
    return h(
      "a",
      { href: nodeHref(idAt(index, node)), "data-node": node },
      breakable(labelAt(index, node)),
      bad ? h("span", { class: `sign sign-${health} small`, role: "img", "aria-label": health }) : null,
    );
  }

  /** Marks the node whose page is open, and opens the folders that lead to it. */
  show(node: number | undefined): void {
    for (const link of this.#element.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    if (node === undefined) return;
    const find = () => this.#element.querySelector(`[data-node="${node}"]`);
    const section = this.#sections.get(kindAt(this.#site.index, node));
    if (section) this.#openTo(section, node);
    const link = find();
    link?.setAttribute("aria-current", "page");
    link?.scrollIntoView({ block: "nearest" });
  }

  #openTo(section: HTMLDetailsElement, node: number): void {
    const { index } = this.#site;
    const path = [packageAt(index, node), ...folderAt(index, node).split("/")];
    let level: Element = section;
    for (let step = 0; step <= path.length && level instanceof HTMLDetailsElement; step++) {
      openNow(level);
      const next: Element | undefined = [...level.querySelectorAll(":scope > ul > li > details")].find(
        (inner) => path.includes(inner.querySelector("summary")?.firstChild?.textContent ?? ""),
      );
      if (!next) break;
      level = next;
    }
  }
}

/** The event that fills a folder comes later than its opening: it is filled by hand. */
function openNow(details: HTMLDetailsElement): void {
  details.open = true;
  const { make } = details as { readonly make?: () => void };
  make?.();
}

const ORDER: readonly SiteKind[] = [
  "model",
  "source",
  "seed",
  "snapshot",
  "exposure",
  "metric",
  "semantic_model",
  "saved_query",
  "function",
  "analysis",
  "test",
  "unit_test",
  "macro",
  "doc",
];

/** Folders that hold nothing but one folder say nothing: "shop", "models". */
function withoutLoneFolders(folder: Folder): Folder {
  const [only, second] = folder.folders.values();
  return only && !second && folder.nodes.length === 0 ? withoutLoneFolders(only) : folder;
}
