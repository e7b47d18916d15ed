// Markdown of descriptions to HTML, when the site is written: the page ships no parser. HTML in descriptions stays text,
// links lead to the web, to mail or within the page, and pictures become links, since the page loads nothing.

import type { MarkdownIt } from "markdown-it";

/** Renders many texts; equal ones once. */
export interface Markdown {
  /** @returns HTML; "" for nothing but white space */
  render(text: string): string;
}

/** What markdown would not change, apart from the paragraph around it. */
const PLAIN = /^[\w ,.;:()/'%€$?=+-]*$/;

/** Beginnings of a line that mean something: lists, rulers, headings. */
const MEANT = /^\s*(?:[-+=]|\d+[.)])/;

const ALLOWED_LINK = /^(?:https?:\/\/|mailto:|#)/i;

/** Loads the parser. */
export async function loadMarkdown(): Promise<Markdown> {
  const { default: Parser } = await import("markdown-it");
  const parser = new Parser({ html: false, linkify: false, typographer: false });
  makeSafe(parser);
  const known = new Map<string, string>();
  return {
    render(text) {
      let html = known.get(text);
      if (html === undefined) {
        html = renderOne(parser, cleaned(text));
        known.set(text, html);
      }
      return html;
    },
  };
}

function renderOne(parser: MarkdownIt, text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  // Descriptions by the ten thousand are mostly one plain sentence.
  if (PLAIN.test(trimmed) && !MEANT.test(trimmed) && !/_\w+_|__| {2}/.test(trimmed))
    return `<p>${trimmed}</p>`;
  return parser.render(trimmed).trim();
}

function makeSafe(parser: MarkdownIt): void {
  parser.validateLink = (url) => ALLOWED_LINK.test(url.trim());
  parser.renderer.rules.link_open = (tokens, at, options, _env, self) => {
    tokens[at]?.attrSet("rel", "noopener noreferrer");
    return self.renderToken(tokens, at, options);
  };
  parser.renderer.rules.image = (tokens, at) => {
    const token = tokens[at];
    const url = String(token?.attrGet("src") ?? "");
    const escaped = parser.utils.escapeHtml;
    return `<a rel="noopener noreferrer" href="${escaped(url)}">${escaped(token?.content || url)}</a>`;
  };
}

/** Without the control characters that HTML cannot hold. */
function cleaned(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "");
}
