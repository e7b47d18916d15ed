// Writes the docs site: target/index.html, one file that holds everything, opens without a server and can be mailed.
// The shell comes first, so that the page can be used before the details have been read; details come in
// deflated chunks at its end. What scripts and styles may run is pinned by their hashes in the page's own policy.

import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import type { Files } from "../base/host.ts";
import { packageFolder } from "../base/package-folder.ts";
import { joinPath } from "../config/file-paths.ts";
import { describeNode, type PageKnowledge } from "./describe-node.ts";
import type { Knowledge } from "./knowledge.ts";
import { makeIndex } from "./make-index.ts";
import { loadMarkdown } from "./markdown.ts";
import { makeOverview } from "./overview.ts";
import { CHUNK_SIZE } from "./site-data.ts";

export const SITE_FILE = "index.html";

/** Where the template wants the chunks. */
const CHUNKS_PLACE = "<!-- chunks -->";

/**
 * @param path of the file to write
 * @throws Error when the installation lacks the built parts of the page
 */
export async function writeSite(path: string, knowledge: Knowledge, files: Files): Promise<void> {
  const known = { ...knowledge, markdown: await loadMarkdown() };
  const [before = "", after = ""] = (await renderShell(known, files)).split(CHUNKS_PLACE);
  files.writeWhole(path, pieces());

  function* pieces(): Iterable<string> {
    yield before;
    if (known.run) yield dataBlock("run", JSON.stringify(known.run));
    yield* detailChunks(known);
    yield after;
  }
}

async function renderShell(known: PageKnowledge, files: Files): Promise<string> {
  const { Environment, FileSystemLoader } = (await import("nunjucks")).default;
  const root = packageFolder();
  const script = files.readText(joinPath(root, "dist", "docs", "site.js"));
  const style = files.readText(joinPath(root, "dist", "docs", "site.css"));
  const templates = new Environment(new FileSystemLoader(joinPath(root, "templates", "docs")), {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  const { manifest, generatedAt } = known.input;
  return templates.render("site.njk", {
    project: manifest.projectName,
    generatedAt: generatedAt.toISOString(),
    overview: makeOverview(known),
    index: inlineJson(makeIndex(known.input, known.entries)),
    script,
    style,
    scriptHash: hashOf(script),
    styleHash: hashOf(style),
  });
}

/** JSON that cannot end the element that holds it. */
function inlineJson(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function* detailChunks(known: PageKnowledge): Iterable<string> {
  const { list } = known.entries;
  for (let first = 0; first < list.length; first += CHUNK_SIZE) {
    const lines = list
      .slice(first, first + CHUNK_SIZE)
      .map((entry) => JSON.stringify(describeNode(entry, known)));
    yield dataBlock(`details-${first / CHUNK_SIZE}`, lines.join("\n"));
  }
}

/** Deflated text in an element that no browser runs. */
function dataBlock(id: string, text: string): string {
  const data = deflateSync(text, { level: 8 }).toString("base64");
  return `<script type="text/plain" id="${id}">${data}</script>\n`;
}
