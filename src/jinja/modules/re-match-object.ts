// Python's match object, and the templates of sub() and expand().

import { integerArgument } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { orElse } from "../or-else.ts";
import { textRepr } from "../repr.ts";
import { hasSurrogates, textLength } from "../text.ts";
import { type Kwargs, NativeFunction, PyObject, Tuple, type Value } from "../value.ts";
import type { Spans } from "./re-match.ts";

/** What a match knows of its pattern: `match.re`, and the names of its groups. */
export type MatchedPattern = PyObject & {
  readonly matcher: { readonly pattern: { readonly groupNames: ReadonlyMap<string, number> } };
};

export class PyMatch extends PyObject {
  override readonly typeName = "re.Match";

  constructor(
    private readonly pattern: MatchedPattern,
    private readonly text: string,
    private readonly spans: Spans,
  ) {
    super();
  }

  /** The number of a group given by number or name. Raises IndexError. */
  private index(group: Value): number {
    const number =
      typeof group === "string" ? this.pattern.matcher.pattern.groupNames.get(group) : integerArgument(group);
    if (number === undefined || number < 0 || number >= this.spans.length)
      raise("IndexError", "no such group");
    return number;
  }

  /** The text of a group; None where it took no part. */
  group(group: Value): string | null {
    const span = this.spans[this.index(group)];
    return span === undefined ? null : this.text.slice(span[0], span[1]);
  }

  private position(group: Value, side: 0 | 1): number {
    const span = this.spans[this.index(group)];
    if (span === undefined) return -1;
    return hasSurrogates(this.text) ? textLength(this.text.slice(0, span[side])) : span[side];
  }

  private groups(otherwise: Value): Value[] {
    return this.spans.slice(1).map((_, index) => orElse(this.group(index + 1) ?? undefined, () => otherwise));
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "string":
        return this.text;
      case "re":
        return this.pattern;
      case "pos":
        return 0;
      case "endpos":
        return textLength(this.text);
      case "lastindex":
        return this.lastIndex();
      case "lastgroup":
        return (
          [...this.pattern.matcher.pattern.groupNames].find(([, index]) => index === this.lastIndex())?.[0] ??
          null
        );
      case "group":
      case "groups":
      case "groupdict":
      case "start":
      case "end":
      case "span":
      case "expand":
        return new NativeFunction(name, (args, kwargs) => this.method(name, args, kwargs));
      default:
        return undefined;
    }
  }

  private lastIndex(): Value {
    for (let index = this.spans.length - 1; index > 0; index--)
      if (this.spans[index] !== undefined) return index;
    return null;
  }

  private method(name: string, args: readonly Value[], kwargs: Kwargs): Value {
    const [first = 0] = args;
    const otherwise = orElse(args[0], () => kwargs.get("default") ?? null);
    switch (name) {
      case "group":
        return args.length > 1 ? new Tuple(args.map((group) => this.group(group))) : this.group(first);
      case "groups":
        return new Tuple(this.groups(otherwise));
      case "groupdict": {
        const names = [...this.pattern.matcher.pattern.groupNames.keys()];
        return new Map(
          names.map((group): [Value, Value] => [
            group,
            orElse(this.group(group) ?? undefined, () => otherwise),
          ]),
        );
      }
      case "start":
        return this.position(first, 0);
      case "end":
        return this.position(first, 1);
      case "span":
        return new Tuple([this.position(first, 0), this.position(first, 1)]);
      default:
        return expandTemplate(this, typeof first === "string" ? first : "");
    }
  }

  override getItem(key: Value): Value | undefined {
    if (typeof key === "string" && !this.pattern.matcher.pattern.groupNames.has(key)) return undefined;
    return this.group(key);
  }

  override toText(): string {
    return `<re.Match object; span=(${this.position(0, 0)}, ${this.position(0, 1)}), match=${textRepr(this.group(0) ?? "")}>`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  a: "\x07",
  b: "\b",
  "\\": "\\",
};

/** Fills `\1`, `\g<name>` and escapes of a replacement. Raises re.error. */
export function expandTemplate(match: PyMatch, template: string): string {
  if (!template.includes("\\")) return template;
  return template.replace(
    /\\(?:g<([^>]*)>|(0[0-7]{0,2})|([1-9]\d?)|([\s\S])|$)/g,
    (whole, name?: string, octal?: string, number?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const group = name ?? number;
      if (group === undefined) {
        if (letter !== undefined && Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter] ?? whole;
        return letter !== undefined && !/[A-Za-z]/.test(letter)
          ? whole
          : raise("re.error", `bad escape ${whole}`);
      }
      return match.group(/^\d+$/.test(group) ? Number(group) : group) ?? "";
    },
  );
}
