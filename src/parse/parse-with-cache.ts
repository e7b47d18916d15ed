// Parsing with the parse cache: what commands call. With `--no-partial-parse` the cache is written but not read.

import { type Checked, hasErrors } from "../base/diagnostic.ts";
import { TemplateEnvironment } from "../context/environment.ts";
import type { NodeId } from "../manifest/node.ts";
import { changedResources } from "./changed-resources.ts";
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
import { joinReads, ReadRecorder } from "./parse-reads.ts";
import { PreviousParse } from "./previous-parse.ts";

/**
 * While fewer files have changed, reading them again costs less than writing all that is known of the others. It is
 * written nevertheless when there are other resources than before: manifest.json could not be written in parts then.
 */
const MOST_CHANGES = 20;

/** A parse, and how it stands to the parse that is now in the cache. */
export interface CheckedParse extends Checked<Parsed> {
  /** True when it is the one in the cache, and nothing was made anew. */
  readonly cached: boolean;
  /** Ids of the resources that are not as in the cache; undefined when it holds no parse with the same resources. */
  readonly changed: ReadonlySet<NodeId> | undefined;
}

/** Like `parseProject`, but what comes of files that did not change since the last time is not made again. */
export function parseWithCache(request: ParseRequest): CheckedParse {
  const { config, invocation } = request;
  const seen = seeFiles(request);
  const cached = config.flags.boolean("partial_parse") ? readParseCache(request, seen) : undefined;
  if (cached?.changes.size === 0) {
    const { manifest, diagnostics } = cached.parse;
    const shared = sharedScope(request, new TemplateEnvironment(request.host), [...manifest.macros.values()]);
    return { value: { manifest, shared }, diagnostics, cached: true, changed: new Set() };
  }
  const recorder = new ReadRecorder(config, invocation);
  const parsed = parseProject(
    { ...request, config: recorder.config, invocation: recorder.invocation },
    cached && new PreviousParse(cached.parse, cached.changes),
  );
  const { manifest, shared } = parsed.value;
  const { diagnostics } = parsed;
  const changed =
    cached && cached.changes.size <= MOST_CHANGES
      ? changedResources(cached.parse.manifest, manifest)
      : undefined;
  const isKept = !changed && !hasErrors(diagnostics) && keep(request, seen, cached, recorder, parsed);
  // What runs from here on is none of the parse's business.
  const plain = { ...shared.config, env: config.env, flags: config.flags };
  return {
    value: { manifest, shared: { ...shared, config: plain, invocation } },
    diagnostics,
    cached: false,
    changed: isKept ? new Set() : changed,
  };
}

/** @returns true when the parse is now the one in the cache */
function keep(
  request: ParseRequest,
  seen: SeenFiles,
  cached: CachedParse | undefined,
  recorder: ReadRecorder,
  { value: { manifest, texts, kept }, diagnostics }: Checked<FreshParse>,
): boolean {
  const reads = cached ? joinReads(cached.reads, recorder.reads()) : recorder.reads();
  return writeParseCache(request, seen, texts, reads, { manifest, diagnostics, ...kept() });
}
