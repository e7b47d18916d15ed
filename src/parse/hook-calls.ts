// What the hooks of a node refer to. Their text is a template that runs with the node, so what they read must be there
// by then: dbt renders hooks while parsing, too, and takes their refs, sources and macros for those of the node.

import { type Diagnostic, errorAt, type Place } from "../base/diagnostic.ts";
import { JinjaError } from "../jinja/errors.ts";
import type { Dict } from "../jinja/value.ts";
import { type Capture, type CaptureSubject, captureTemplate } from "./capture.ts";
import type { EffectReader } from "./template-effects.ts";

/** A template that calls nothing refers to nothing. */
const CALLS = /\{[{%][\s\S]*\w\s*\(/;

interface HookReading {
  readonly effects: EffectReader | undefined;
  readonly session: { readonly diagnostics: Diagnostic[] };
}

/**
 * Adds what the hooks of a node call to what its own template calls.
 * @param config the node's whole config
 * @param said gets the references; configs that hooks set change nothing
 * @param reading told of each hook that cannot be rendered
 * @param place where the hooks of a key are written, asked for when one refers to something
 */
export function addHookCalls(
  subject: () => CaptureSubject,
  config: Dict,
  said: Capture,
  { effects, session }: HookReading,
  place: (key: string) => Place,
): void {
  for (const key of ["pre-hook", "post-hook"]) {
    for (const text of hookTexts(config, key)) {
      const found = callsOf(subject(), text, effects);
      if (found instanceof JinjaError) {
        const { detail, help } = found;
        session.diagnostics.push(
          errorAt("jinja-error", `a ${key} cannot be rendered: ${detail}`, place(key), { help }),
        );
        continue;
      }
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

function callsOf(
  subject: CaptureSubject,
  text: string,
  effects: EffectReader | undefined,
): Capture | JinjaError {
  try {
    return captureTemplate({ ...subject, source: { file: subject.source.file, text } }, effects);
  } catch (error) {
    if (error instanceof JinjaError) return error;
    throw error;
  }
}
