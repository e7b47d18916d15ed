// The program of the docs site: reads the index, makes it usable, shows the page of the address.

import type { SiteIndex } from "../../../src/docs/site-index.ts";
import { localised, part } from "./dom.ts";
import { Pages } from "./pages.ts";
import { startSearch } from "./search-box.ts";
import { startShortcuts } from "./shortcuts.ts";
import { Site } from "./site.ts";
import { Tree } from "./tree.ts";

declare global {
  interface Window {
    /** Milliseconds since the page was asked for, when search and contents can be used. */
    __ready?: number;
  }
}

const index = JSON.parse(part("index", HTMLScriptElement).text) as SiteIndex;
part("index", HTMLScriptElement).remove();
const site = new Site(index);
const tree = new Tree(site, part("side", HTMLElement));
const pages = new Pages(site, tree);
startSearch(site);
startShortcuts();
startMenu();
for (const time of document.querySelectorAll("time")) localised(time);
window.addEventListener("hashchange", () => void pages.show());
window.__ready = performance.now();
void pages.show(true);
if (document.documentElement.dataset.live !== undefined) reloadOnChange();

/** The contents as a drawer where there is no room for them. */
function startMenu(): void {
  const button = part("menu", HTMLButtonElement);
  const side = part("side", HTMLElement);
  const open = (isOpen: boolean) => {
    side.classList.toggle("open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => open(!side.classList.contains("open")));
  window.addEventListener("hashchange", () => open(false));
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") open(false);
  });
  part("skip", HTMLAnchorElement).addEventListener("click", (event) => {
    event.preventDefault();
    part("main", HTMLElement).focus();
  });
}

/** `etl docs serve` says when the site was written anew. */
function reloadOnChange(): void {
  new EventSource("changes").addEventListener("changed", () => location.reload());
}
