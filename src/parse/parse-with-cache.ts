// Parsing with the parse cache: what commands call. With `--no-partial-parse` the cache is written but not read.

import { type Checked, hasErrors } from "../base/diagnostic.ts";
import { TemplateEnvironment } from "../context/environment.ts";
import { readParseCache, seeFiles, writeParseCache } from "./parse-cache.ts";
import { type Parsed, type ParseRequest, parseProject, sharedScope } from "./parse-project.ts";
import { joinReads, ReadRecorder } from "./parse-reads.ts";
import { PreviousParse } from "./previous-parse.ts";

/** While fewer files have changed, reading them again costs less than writing all that is known of the others. */
const MOST_CHANGES = 20;

/**
 * Like `parseProject`, but what comes of files that did not change since the last time is not made again.
 * @returns the manifest, the diagnostics of the parse that made it, and whether that was an earlier one
 */
export function parseWithCache(request: ParseRequest): Checked<Parsed> & { readonly cached: boolean } {
  const { config, invocation } = request;
  const seen = seeFiles(request);
  const cached = config.flags.boolean("partial_parse") ? readParseCache(request, seen) : undefined;
  if (cached?.changes.size === 0) {
    const { manifest, diagnostics } = cached.parse;
    const shared = sharedScope(request, new TemplateEnvironment(request.host), [...manifest.macros.values()]);
    return { value: { manifest, shared }, diagnostics, cached: true };
  }
  const recorder = new ReadRecorder(config, invocation);
  const parsed = parseProject(
    { ...request, config: recorder.config, invocation: recorder.invocation },
    cached && new PreviousParse(cached.parse, cached.changes),
  );
  const { manifest, shared, kept } = parsed.value;
  const { diagnostics } = parsed;
  if (!hasErrors(diagnostics) && (!cached || cached.changes.size > MOST_CHANGES)) {
    const reads = cached ? joinReads(cached.reads, recorder.reads()) : recorder.reads();
    writeParseCache(request, seen, reads, { manifest, diagnostics, ...kept });
  }
  // What runs from here on is none of the parse's business.
  const plain = { ...shared.config, env: config.env, flags: config.flags };
  return {
    value: { manifest, shared: { ...shared, config: plain, invocation } },
    diagnostics,
    cached: false,
  };
}
