// Elements in one line each. Texts are only ever text; the one way to make HTML of a string is `prose`, for what the
// generator rendered from Markdown, and the page's policy (trusted types) forbids every other.

export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Attributes = Readonly<
  Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>
>;

/**
 * An element. Attributes that are functions listen to the event of their name; true is an empty attribute, and null,
 * undefined and false are none.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** The same for SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(key, String(value));
  }
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    // Elements first: a select has a length, too.
    if (child instanceof Node) parent.append(child);
    else if (typeof child === "object") append(parent, child);
    else parent.append(String(child));
  }
}

/** Puts new children in the place of the old ones. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** The head of a table. */
export function tableHead(names: readonly string[]): HTMLElement {
  const cells = names.map((name) => h("th", { scope: "col" }, name));
  return h("thead", {}, h("tr", {}, cells));
}

/** An element of the page's shell. @throws Error when the shell lacks it */
export function part<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no element "${id}"`);
}

/** A name or path that breaks at "_", "." and "/" where a line ends, and copies as it is. */
export function breakable(text: string): readonly Child[] {
  return text.split(/(?<=[_./])(?=[^_./])/).flatMap((piece, at) => (at === 0 ? [piece] : [h("wbr"), piece]));
}

interface HtmlPolicy {
  createHTML(html: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: HtmlPolicy): HtmlPolicy;
}

/** Browsers without trusted types take the string as it is. */
function makePolicy(): HtmlPolicy {
  const rules: HtmlPolicy = { createHTML: (html) => html };
  const { trustedTypes } = window as { readonly trustedTypes?: PolicyFactory };
  return trustedTypes ? trustedTypes.createPolicy("etl-docs", rules) : rules;
}

const policy = makePolicy();

/** A description that the generator rendered from Markdown, HTML in it being escaped. */
export function prose(html: string, className = "prose"): HTMLElement {
  const box = h("div", { class: className });
  box.innerHTML = policy.createHTML(html);
  return box;
}

/** A dot or sign that says how something went, with words for those who do not see it. */
export function sign(health: string): HTMLElement {
  const words: Readonly<Record<string, string>> = {
    ok: "passed",
    fail: "failed",
    warn: "warning",
    skipped: "skipped",
  };
  return h("span", { class: `sign sign-${health}`, role: "img", "aria-label": words[health] ?? "no result" });
}

/** A moment in the reader's own time. */
export function moment(iso: string): HTMLElement {
  return localised(h("time", { datetime: iso }, iso));
}

/** Rewrites the text of a `time` element in the reader's language and zone. */
export function localised(time: HTMLTimeElement): HTMLTimeElement {
  const date = new Date(time.dateTime);
  if (!Number.isNaN(date.getTime())) {
    time.textContent = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    time.title = date.toISOString();
  }
  return time;
}

/** "35 ms", "1.8 s", "4 min 5 s", "1 h 16 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
