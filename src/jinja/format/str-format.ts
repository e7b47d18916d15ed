// str.format: replacement fields with names, indexes, attributes, items, conversions and nested specifications.
// Attributes go through the sandbox, as in Jinja2's SandboxedFormatter.

import { raise } from "../errors.ts";
import { orElse } from "../or-else.ts";
import { toRepr, toText } from "../repr.ts";
import { checkTextLength } from "../text.ts";
import type { Kwargs, Value } from "../value.ts";
import { formatValue } from "./spec.ts";

/** How a field's attributes and items are found: through the sandbox. */
export interface Reach {
  attribute(value: Value, name: string): Value;
  item(value: Value, key: Value): Value;
}

/** Raises IndexError, KeyError and ValueError as Python does. */
export function formatText(template: string, args: readonly Value[], kwargs: Kwargs, reach: Reach): string {
  return new Formatter(args, kwargs, reach).format(template, 2);
}

class Formatter {
  private automatic = 0;
  private manual = false;

  constructor(
    private readonly args: readonly Value[],
    private readonly kwargs: Kwargs,
    private readonly reach: Reach,
  ) {}

  format(template: string, depth: number): string {
    if (depth < 0) raise("ValueError", "Max string recursion exceeded");
    let result = "";
    let at = 0;
    while (at < template.length) {
      const brace = /[{}]/g;
      brace.lastIndex = at;
      const match = brace.exec(template);
      if (match === null) return result + template.slice(at);
      result += template.slice(at, match.index);
      if (template.charAt(match.index + 1) === match[0]) {
        result += match[0];
        at = match.index + 2;
        continue;
      }
      if (match[0] === "}") raise("ValueError", "Single '}' encountered in format string");
      const end = this.fieldEnd(template, match.index + 1);
      result += this.field(template.slice(match.index + 1, end), depth);
      checkTextLength(result.length);
      at = end + 1;
    }
    return result;
  }

  private fieldEnd(template: string, from: number): number {
    let depth = 1;
    let inItem = false;
    for (let at = from; at < template.length; at++) {
      const character = template.charAt(at);
      if (character === "[") inItem = true;
      else if (character === "]") inItem = false;
      else if (inItem) continue;
      else if (character === "{") depth++;
      else if (character === "}" && --depth === 0) return at;
    }
    return raise(
      "ValueError",
      from >= template.length
        ? "Single '{' encountered in format string"
        : "expected '}' before end of string",
    );
  }

  private field(text: string, depth: number): string {
    const match = /^((?:[^[:!]|\[[^\]]*\])*)(?:!([\s\S]))?(?::([\s\S]*))?$/.exec(text);
    if (match === null) return raise("ValueError", "expected ':' after conversion specifier");
    const [, name = "", conversion, spec = ""] = match;
    let value = this.lookup(name);
    if (conversion === "r" || conversion === "a") value = toRepr(value);
    else if (conversion === "s") value = toText(value);
    else if (conversion !== undefined) raise("ValueError", `Unknown conversion specifier ${conversion}`);
    return formatValue(value, spec.includes("{") ? this.format(spec, depth - 1) : spec);
  }

  private lookup(path: string): Value {
    const first = /^[^.[]*/.exec(path)?.[0] ?? "";
    let value = this.first(first);
    const rest = path.slice(first.length);
    const part = /\.([^.[]+)|\[([^\]]+)\]/y;
    while (part.lastIndex < rest.length) {
      const at = part.lastIndex;
      const match = part.exec(rest);
      if (match === null)
        raise(
          "ValueError",
          at === 0
            ? "Empty attribute in format string"
            : "Only '.' or '[' may follow ']' in format field specifier",
        );
      const [, attribute, item] = match;
      if (attribute !== undefined) value = this.reach.attribute(value, attribute);
      else value = this.reach.item(value, /^\d+$/.test(item ?? "") ? Number(item) : (item ?? ""));
    }
    return value;
  }

  private first(name: string): Value {
    if (name === "" || /^\d+$/.test(name)) {
      if (name === "" ? this.manual : this.automatic > 0) {
        raise("ValueError", "cannot switch from manual field specification to automatic field numbering");
      }
      const index = name === "" ? this.automatic++ : Number(name);
      this.manual ||= name !== "";
      return orElse(this.args[index], () =>
        raise("IndexError", `Replacement index ${index} out of range for positional args tuple`),
      );
    }
    const value = this.kwargs.get(name);
    if (value === undefined)
      raise("KeyError", `'${name}'`, { undefinedName: name, candidates: this.kwargs.keys() });
    return value;
  }
}
