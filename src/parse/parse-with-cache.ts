// Parsing with the parse cache: what commands call. With `--no-partial-parse` the cache is written but not read.

import { type Checked, hasErrors } from "../base/diagnostic.ts";
import { TemplateEnvironment } from "../context/environment.ts";
import { readParseCache, seeFiles, writeParseCache } from "./parse-cache.ts";
import { type Parsed, type ParseRequest, parseProject, sharedScope } from "./parse-project.ts";
import { ReadRecorder } from "./parse-reads.ts";

/**
 * Like `parseProject`, but a project in which nothing changed since the last time is not parsed again.
 * @returns the manifest, the diagnostics of the parse that made it, and whether that was an earlier one
 */
export function parseWithCache(request: ParseRequest): Checked<Parsed> & { readonly cached: boolean } {
  const { config, invocation } = request;
  const seen = seeFiles(request);
  const cached = config.flags.boolean("partial_parse") ? readParseCache(request, seen) : undefined;
  if (cached) {
    const { manifest, diagnostics } = cached;
    const shared = sharedScope(request, new TemplateEnvironment(request.host), [...manifest.macros.values()]);
    return { value: { manifest, shared }, diagnostics, cached: true };
  }
  const recorder = new ReadRecorder(config, invocation);
  const parsed = parseProject({ ...request, config: recorder.config, invocation: recorder.invocation });
  const { manifest, shared } = parsed.value;
  if (!hasErrors(parsed.diagnostics))
    writeParseCache(request, seen, recorder.reads(), { manifest, diagnostics: parsed.diagnostics });
  // What runs from here on is none of the parse's business.
  const plain = { ...shared.config, env: config.env, flags: config.flags };
  return {
    value: { manifest, shared: { ...shared, config: plain, invocation } },
    diagnostics: parsed.diagnostics,
    cached: false,
  };
}
