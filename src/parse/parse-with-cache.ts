// Parsing with the parse cache: what commands call. With `--no-partial-parse` the cache is written but not read.

import { createHash } from "node:crypto";
import { type Checked, hasErrors } from "../base/diagnostic.ts";
import { TemplateEnvironment } from "../context/environment.ts";
import { joinReads, ReadRecorder } from "../context/template-reads.ts";
import { type Changes, changedResources } from "./changed-resources.ts";
import {
  type CachedParse,
  readParseCache,
  type SeenFiles,
  seeFiles,
  writeParseCache,
} from "./parse-cache.ts";
import {
  type FreshParse,
  type Parsed,
  type ParseRequest,
  parseProject,
  sharedScope,
} from "./parse-project.ts";
import { PreviousParse } from "./previous-parse.ts";

/**
 * While fewer files have changed, reading them again costs less than writing all that is known of the others. It is
 * written nevertheless when there are other resources than before: manifest.json could not be written in parts then.
 */
const MOST_CHANGES = 20;

/** How a parse stands to the one in the parse cache. */
export interface Difference extends Changes {
  /** Tells the parse in the cache from all others. */
  readonly cacheId: string;
  /** Tells what the files that changed since hold; "" where none did. */
  readonly edits: string;
}

const NO_CHANGES: Changes = { changed: new Set(), moved: new Set() };

export interface CachedParseResult extends Checked<Parsed> {
  /** True when it is the one in the cache, and nothing was made anew. */
  readonly cached: boolean;
  /** Undefined when the cache holds no parse with the same resources. */
  readonly difference: Difference | undefined;
}

/** Like `parseProject`, but what comes of files that did not change since the last time is not made again. */
export function parseWithCache(request: ParseRequest): CachedParseResult {
  const { config, invocation } = request;
  const seen = seeFiles(request);
  const cached = config.flags.boolean("partial_parse") ? readParseCache(request, seen) : undefined;
  if (cached?.changes.size === 0) {
    const { manifest, diagnostics } = cached.parse;
    const shared = sharedScope(request, new TemplateEnvironment(request.host), [...manifest.macros.values()]);
    const difference = { cacheId: cached.id, edits: "", ...NO_CHANGES };
    return { value: { manifest, shared }, diagnostics, cached: true, difference };
  }
  const recorder = new ReadRecorder(config, invocation);
  const parsed = parseProject(
    { ...request, config: recorder.config, invocation: recorder.invocation },
    cached && new PreviousParse(cached.parse, cached.changes),
  );
  const { manifest, shared } = parsed.value;
  const { diagnostics } = parsed;
  const small = cached && smallDifference(request, seen, cached, parsed.value);
  const cacheId = small || hasErrors(diagnostics) ? undefined : keep(request, seen, cached, recorder, parsed);
  // What runs from here on is none of the parse's business.
  const plain = { ...shared.config, env: config.env, flags: config.flags };
  return {
    value: { manifest, shared: { ...shared, config: plain, invocation } },
    diagnostics,
    cached: false,
    difference: cacheId === undefined ? small : { cacheId, edits: "", ...NO_CHANGES },
  };
}

/** @returns undefined when the parse should rather be kept itself */
function smallDifference(
  { project }: ParseRequest,
  seen: SeenFiles,
  { id, parse, changes }: CachedParse,
  { manifest, texts }: FreshParse,
): Difference | undefined {
  if (changes.size > MOST_CHANGES) return undefined;
  const resources = changedResources(parse.manifest, manifest);
  if (!resources) return undefined;
  const edits = createHash("sha1");
  for (const file of project.packages.flatMap(({ files }) => files)) {
    if (changes.has(file.path))
      edits.update(`${file.path}\0${texts.hashOf(file, seen.get(file.path)?.size ?? 0)}\n`);
  }
  for (const path of changes.keys()) if (!seen.has(path)) edits.update(`${path}\0\n`);
  return { cacheId: id, edits: edits.digest("base64"), ...resources };
}

/** @returns the id of the parse in the cache when it is this one */
function keep(
  request: ParseRequest,
  seen: SeenFiles,
  cached: CachedParse | undefined,
  recorder: ReadRecorder,
  { value: { manifest, texts, kept }, diagnostics }: Checked<FreshParse>,
): string | undefined {
  const reads = cached ? joinReads(cached.reads, recorder.reads()) : recorder.reads();
  return writeParseCache(request, seen, texts, reads, { manifest, diagnostics, ...kept() });
}
