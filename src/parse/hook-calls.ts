// What the hooks of a node refer to. Their text is a template that runs with the node, so what they read must be there
// by then: dbt renders hooks while parsing, too, and takes their refs, sources and macros for those of the node.

import type { Place } from "../base/diagnostic.ts";
import { JinjaError } from "../jinja/errors.ts";
import type { Dict } from "../jinja/value.ts";
import { type Capture, type CaptureSubject, captureTemplate, newCapture } from "./capture.ts";
import type { EffectReader } from "./template-effects.ts";

/** A template that calls nothing refers to nothing. */
const CALLS = /\{[{%][\s\S]*\w\s*\(/;

/**
 * Adds what the hooks of a node call to what its own template calls. A hook that cannot be rendered yet adds nothing:
 * what is wrong with it is told when it runs.
 * @param config the node's whole config
 * @param said gets the references; configs that hooks set change nothing
 * @param place where the hooks of a key are written, asked for when one refers to something
 */
export function addHookCalls(
  subject: () => CaptureSubject,
  config: Dict,
  said: Capture,
  effects: EffectReader | undefined,
  place: (key: string) => Place,
): void {
  for (const key of ["pre-hook", "post-hook"]) {
    for (const text of hookTexts(config, key)) {
      const found = callsOf(subject(), text, effects);
      const at =
        found.refs.length + found.sources.length + found.functions.length > 0 ? place(key) : undefined;
      for (const macro of found.macros) said.macros.add(macro);
      if (!at) continue;
      said.refs.push(...found.refs.map((call) => ({ ...call, place: at })));
      said.sources.push(...found.sources.map((call) => ({ ...call, place: at })));
      said.functions.push(...found.functions.map((call) => ({ ...call, place: at })));
    }
  }
}

/** The templates in the hooks of a config that call something. @param key "pre-hook" or "post-hook" */
export function hookTexts(config: Dict, key: string): string[] {
  const hooks = config.get(key);
  if (!Array.isArray(hooks)) return [];
  return hooks.flatMap((hook) => {
    const sql = hook instanceof Map ? hook.get("sql") : undefined;
    return typeof sql === "string" && CALLS.test(sql) ? [sql] : [];
  });
}

function callsOf(subject: CaptureSubject, text: string, effects: EffectReader | undefined): Capture {
  try {
    return captureTemplate({ ...subject, source: { file: subject.source.file, text } }, effects);
  } catch (error) {
    if (error instanceof JinjaError) return newCapture();
    throw error;
  }
}
