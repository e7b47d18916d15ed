// What a Python model refers to: dbt.ref(), dbt.source() and dbt.config() calls with literal arguments, and the configs
// that it reads, found in its text. Python models are nodes like all others; running one is another matter.

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { addConfigCall } from "../config/node-config.ts";
import type { TemplateSource } from "../jinja/source.ts";
import type { Value } from "../jinja/value.ts";
import { type Capture, keepReference, newCapture, placeIn } from "./capture.ts";
import { pythonMistake } from "./python-syntax.ts";
import { staticCalls } from "./static-calls.ts";
import { referenceOf } from "./written-call.ts";

const CALL = /\bdbt\s*\.\s*((?:ref|source|config)\s*\()/g;
const CONFIG_READ = /\bdbt\s*\.\s*config\s*\.\s*(get|meta_get)\s*(?=\()/g;
/** Keys of the config under which dbt lists what is read, for the macro that hands it to the model. */
const READ_LISTS = { get: "config_keys", meta_get: "meta_keys" } as const;

/** @param diagnostics gets calls whose arguments are no literals, which dbt cannot read either */
export function pythonCalls(source: TemplateSource, diagnostics: Diagnostic[]): Capture {
  const capture = newCapture();
  const text = withoutComments(source.text);
  const broken = pythonMistake(text);
  if (broken) {
    const { message, at, help } = broken;
    diagnostics.push(errorAt("python-syntax", message, placeIn(source, at, at + 1), { help }));
    return capture;
  }
  for (const match of text.matchAll(CALL)) {
    const start = match.index + match[0].length - (match[1] as string).length;
    const end = closingParenthesis(text, start);
    const call = staticCalls(`{{ ${text.slice(start, end)} }}`)?.[0];
    const place = placeIn(source, match.index, end);
    if (!call) {
      // `dbt.config.get("x")` is no call of ours; the pattern wants a parenthesis right behind the name.
      diagnostics.push(
        warningAt(
          "jinja-warning",
          "the arguments of this dbt call are not literal, so it is not seen before the model runs",
          place,
        ),
      );
      continue;
    }
    if (call.name === "config") addConfigCall(capture.config, "model", new Map<Value, Value>(call.kwargs));
    const reference = referenceOf(call, place);
    if (reference) keepReference(capture, reference);
  }
  for (const [name, value] of configReads(text)) capture.config.set(name, value);
  return capture;
}

/** The keys that a model asks its config for, and the defaults that stand beside them: all four lists, or nothing. */
function configReads(text: string): Map<string, Value[]> {
  const lists = new Map<string, Value[]>();
  const add = (name: string, value: Value): void => {
    if (lists.size === 0)
      for (const list of Object.values(READ_LISTS)) lists.set(`${list}_used`, []).set(`${list}_defaults`, []);
    lists.get(name)?.push(value);
  };
  for (const match of text.matchAll(CONFIG_READ)) {
    const start = match.index + match[0].length;
    // Arguments are read as those of any call whose arguments are literal.
    const [call] = staticCalls(`{{ ref${text.slice(start, closingParenthesis(text, start))} }}`) ?? [];
    const [key, otherwise] = call?.args ?? [];
    if (key === undefined) continue;
    const list = READ_LISTS[match[1] as keyof typeof READ_LISTS];
    add(`${list}_used`, key);
    add(`${list}_defaults`, otherwise ?? null);
  }
  return lists;
}

/** Comments blanked out, so that offsets stay. */
function withoutComments(text: string): string {
  return text.replaceAll(
    /("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*/g,
    (all, string: string | undefined) => (string === undefined ? " ".repeat(all.length) : all),
  );
}

function closingParenthesis(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return at + 1;
  }
  return text.length;
}
