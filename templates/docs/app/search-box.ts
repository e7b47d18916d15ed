// The search field and its list of results, a combobox in the words of screen readers: names appear as one types, columns
// and texts a moment later below them.

import { idAt, kindAt, labelAt, packageAt } from "../../../src/docs/site-index.ts";
import { nodeHref } from "./addresses.ts";
import { fill, h, part } from "./dom.ts";
import { kindDot, kindWords } from "./kinds.ts";
import { type Hit, type Query, readQuery, Search } from "./search.ts";
import { escapeRegExp } from "./search-texts.ts";
import type { Site } from "./site.ts";

/** Texts are searched when the keys rest for so long (ms). */
const REST_MS = 120;

/** Before all details are read for the first time, a name that was found gets the time to be opened. */
const FIRST_REST_MS = 350;

const FIELD_WORDS = {
  column: "column",
  tag: "tag",
  description: "description",
  owner: "owner",
  meta: "meta",
  test: "test",
  fact: "details",
  sql: "SQL",
} as const;

export function startSearch(site: Site): void {
  const field = part("search-input", HTMLInputElement);
  const box = new SearchBox(site, field);
  field.addEventListener("input", () => box.search());
  field.addEventListener("focus", () => box.search());
  field.addEventListener("keydown", (event) => box.key(event));
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !part("search", HTMLDivElement).contains(event.target)) box.close();
  });
}

class SearchBox {
  readonly #site: Site;
  readonly #field: HTMLInputElement;
  readonly #search: Search;
  readonly #panel = part("search-panel", HTMLDivElement);
  readonly #list = part("search-results", HTMLUListElement);
  readonly #note = part("search-note", HTMLParagraphElement);
  #hits: readonly Hit[] = [];
  #active = 0;
  /** Counts queries, so that a late answer to an old one is dropped. */
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(site: Site, field: HTMLInputElement) {
    this.#site = site;
    this.#field = field;
    this.#search = new Search(site);
  }

  search(): void {
    clearTimeout(this.#timer);
    const round = ++this.#round;
    const query = readQuery(this.#field.value);
    if (this.#field.value.trim() === "") {
      this.close();
      return;
    }
    const names = this.#search.names(query);
    this.#active = 0;
    this.#show(names, query, "searching columns and texts …");
    const rest = names.length > 0 && !this.#site.isRead ? FIRST_REST_MS : REST_MS;
    this.#timer = setTimeout(() => void this.#addTexts(names, query, round), rest);
  }

  async #addTexts(names: readonly Hit[], query: Query, round: number): Promise<void> {
    const { hits, instead } = await this.#search.texts(query, () => round === this.#round);
    if (round !== this.#round) return;
    const all = withoutDoubles([...names, ...hits]);
    const note = instead
      ? `nothing for "${query.text}"; showing "${instead}"`
      : all.length === 0
        ? "nothing found"
        : "";
    this.#show(all, query, note);
  }

  #show(hits: readonly Hit[], query: Query, note: string): void {
    this.#hits = hits;
    this.#active = Math.min(this.#active, Math.max(0, hits.length - 1));
    fill(
      this.#list,
      hits.map((hit, at) => this.#row(hit, at, query)),
    );
    this.#note.textContent = note;
    this.#note.hidden = note === "";
    this.#panel.hidden = false;
    this.#field.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  #row(hit: Hit, at: number, query: Query): HTMLElement {
    const { index } = this.#site;
    const kind = kindAt(index, hit.node);
    const label = labelAt(index, hit.node);
    const path = packageAt(index, hit.node) === index.project ? "" : ` in ${packageAt(index, hit.node)}`;
    return h(
      "li",
      {
        id: `result-${at}`,
        role: "option",
        "data-testid": "search-result",
        click: () => this.#open(at),
        pointermove: () => this.#activate(at),
      },
      kindDot(kind),
      h(
        "span",
        { class: "result-name" },
        hit.where
          ? label
          : marked(
              label,
              query.words.flatMap((word) => word.split("_")),
            ),
      ),
      " ",
      h("span", { class: "result-kind" }, kindWords[kind].one + path),
      hit.where
        ? h(
            "span",
            { class: "result-text" },
            ` ${FIELD_WORDS[hit.where]}: `,
            marked(hit.text ?? "", query.words),
          )
        : null,
    );
  }

  key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const count = this.#hits.length;
      if (count > 0) this.#activate((this.#active + step + count) % count);
      event.preventDefault();
    } else if (event.key === "Enter") this.#open(this.#active);
    else if (event.key === "Escape") {
      this.close();
      this.#field.blur();
    }
  }

  #activate(at: number): void {
    if (at === this.#active) return;
    this.#active = at;
    this.#mark();
  }

  #mark(): void {
    for (const [at, row] of [...this.#list.children].entries())
      row.setAttribute("aria-selected", String(at === this.#active));
    const row = this.#list.children[this.#active];
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.#field.setAttribute("aria-activedescendant", row.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #open(at: number): void {
    const hit = this.#hits[at];
    if (!hit) return;
    location.hash = nodeHref(idAt(this.#site.index, hit.node), hit.column);
    this.#field.value = "";
    this.close();
    this.#field.blur();
  }

  close(): void {
    this.#round++;
    clearTimeout(this.#timer);
    this.#panel.hidden = true;
    this.#hits = [];
    this.#field.setAttribute("aria-expanded", "false");
    this.#field.removeAttribute("aria-activedescendant");
  }
}

/** A node that is there by its name is not there again for its description; columns are. */
function withoutDoubles(hits: readonly Hit[]): readonly Hit[] {
  const seen = new Set<string>();
  return hits.filter((hit) => {
    const key = `${hit.node} ${hit.where ?? ""} ${hit.column ?? ""}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** The text with the words of the query marked. */
function marked(text: string, words: readonly string[]): readonly (string | HTMLElement)[] {
  const wanted = words.filter((word) => word !== "").map(escapeRegExp);
  if (wanted.length === 0) return [text];
  return text
    .split(new RegExp(`(${wanted.join("|")})`, "gi"))
    .map((piece, at) => (at % 2 === 1 ? h("mark", {}, piece) : piece));
}
