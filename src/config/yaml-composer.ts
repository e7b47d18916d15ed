// Builds values from tokens: the grammar of libyaml's parser with PyYAML's constructors. Collections remember where
// their keys and values stand, so that any message can point at them.

import type { Value } from "../jinja/value.ts";
import { YamlFault } from "./yaml-fault.ts";
import { type Duplicate, ListBuilder, type Node, PairBuilder, type Spans } from "./yaml-members.ts";
import { type ScalarType, scalarValue, typeOfPlain } from "./yaml-scalar.ts";
import { scanYaml } from "./yaml-scanner.ts";
import type { Token, TokenKind } from "./yaml-tokens.ts";

export interface Composed {
  readonly value: Value;
  /** Where the whole value starts and ends. */
  readonly start: number;
  readonly end: number;
  readonly spans: Spans;
  /** Keys that stand twice in one mapping; the last one wins, as with PyYAML. */
  readonly duplicates: readonly Duplicate[];
}

/** Deeper nesting is refused, so that no later stage can run out of stack. */
const DEEPEST = 200;
/** So many values may come out of aliases; a file that means more is an attack ("billion laughs"). */
const MOST_ALIASED = 1_000_000;

const TAGS: Readonly<Record<string, ScalarType>> = {
  "!!str": "str",
  "!!int": "int",
  "!!float": "float",
  "!!bool": "bool",
  "!!null": "null",
  "!!timestamp": "timestamp",
};

const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

interface Anchor {
  readonly node: Node | undefined;
  readonly weight: number;
}

/**
 * @param text one YAML document
 * @returns its value (null for an empty file)
 * @throws YamlFault for everything that PyYAML refuses, for tags, for aliases that explode
 */
export function composeYaml(text: string): Composed {
  const control = CONTROL.exec(text);
  if (control) throw new YamlFault("control-character", control.index);
  return new Composer(scanYaml(text)).document();
}

class Composer {
  private next = 0;
  private depth = 0;
  private count = 0;
  private aliased = 0;
  /** Where the open brackets stand, for messages. */
  private readonly opened: number[] = [];
  private readonly anchors = new Map<string, Anchor>();
  private readonly spans = new Map<object, number[]>();
  private readonly duplicates: Duplicate[] = [];

  constructor(private readonly tokens: readonly Token[]) {}

  document(): Composed {
    const directive = this.is("%");
    while (this.is("%")) this.directive(this.take());
    if (this.is("---")) this.take();
    else if (directive) throw new YamlFault("directive", this.peek().start);
    const empty = this.is("eof") || this.is("---") || (this.is("...") && this.next > 0);
    const node = empty ? this.empty() : this.node(true, false);
    let ended = false;
    while (this.is("...")) {
      this.take();
      ended = true;
    }
    if (!this.is("eof"))
      throw new YamlFault(ended || this.is("---") ? "documents" : "content-expected", this.peek().start);
    return {
      value: node.value,
      start: node.start,
      end: node.end,
      spans: this.spans,
      duplicates: this.duplicates,
    };
  }

  private directive(token: Token): void {
    if (!/^%(?:YAML +1\.[12]|TAG)\b/.test(token.text)) throw new YamlFault("directive", token.start);
  }

  private peek(): Token {
    return this.tokens[this.next] as Token;
  }

  private is(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  private take(): Token {
    const token = this.peek();
    this.next += 1;
    return token;
  }

  private empty(): Node {
    const at = this.peek().start;
    return { value: null, start: at, end: at, merges: false };
  }

  /** @param block whether block collections may stand here · @param indentless whether a list may stand at the indent of its key */
  private node(block: boolean, indentless: boolean): Node {
    if (this.is("alias")) return this.alias(this.take());
    let anchor: Token | undefined;
    let tag: Token | undefined;
    for (;;) {
      if (!anchor && this.is("anchor")) anchor = this.take();
      else if (!tag && this.is("tag")) tag = this.take();
      else break;
    }
    const before = this.count + this.aliased;
    if (anchor) this.anchors.set(anchor.text, { node: undefined, weight: 0 });
    const node = this.content(block, indentless, tag, anchor !== undefined);
    this.count += 1;
    if (anchor) this.anchors.set(anchor.text, { node, weight: this.count + this.aliased - before });
    return node;
  }

  private alias(token: Token): Node {
    const anchor = this.anchors.get(token.text);
    if (!anchor) throw new YamlFault("alias-unknown", token.start, token.start, token.text);
    if (!anchor.node) throw new YamlFault("alias-cycle", token.start, token.start, token.text);
    this.aliased += anchor.weight;
    if (this.aliased > MOST_ALIASED) throw new YamlFault("too-large", token.start);
    return { value: anchor.node.value, start: token.start, end: token.end, merges: false };
  }

  private content(block: boolean, indentless: boolean, tag: Token | undefined, anchored: boolean): Node {
    const token = this.peek();
    switch (token.kind) {
      case "scalar":
        this.take();
        return this.scalar(token, tag);
      case "[":
        this.enter(tag, "!!seq");
        return this.leave(this.flowList());
      case "{":
        this.enter(tag, "!!map");
        return this.leave(this.flowMapping());
      case "-":
        if (!indentless) break;
        this.enter(tag, "!!seq");
        return this.leave(this.indentlessList());
      case "sequence":
        if (!block) break;
        this.enter(tag, "!!seq");
        return this.leave(this.blockList());
      case "mapping":
        if (!block) break;
        this.enter(tag, "!!map");
        return this.leave(this.blockMapping());
    }
    if (tag || anchored) {
      const empty = this.empty();
      return tag && tag.text !== "!" ? { ...empty, value: this.tagged("", tag) } : empty;
    }
    throw new YamlFault("content-expected", token.start, this.opened.at(-1));
  }

  private scalar(token: Token, tag: Token | undefined): Node {
    const { text, start, end } = token;
    if (tag && tag.text !== "!") return { value: this.tagged(text, tag), start, end, merges: false };
    if (!token.plain) return { value: text, start, end, merges: false };
    if (text === "<<") return { value: text, start, end, merges: true };
    const type = typeOfPlain(text);
    return { value: type === "str" ? text : this.value(text, type, start), start, end, merges: false };
  }

  private tagged(text: string, tag: Token): Value {
    const name = shortTag(tag.text);
    const type = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
    if (!type) throw new YamlFault("tag", tag.start, tag.start, tag.text);
    return this.value(text, type, tag.start);
  }

  private value(text: string, type: ScalarType, at: number): Value {
    try {
      return scalarValue(text, type);
    } catch (error) {
      if (error instanceof RangeError) throw new YamlFault("value", at, at, error.message);
      throw error;
    }
  }

  /** Before a collection is built. */
  private enter(tag: Token | undefined, expected: "!!seq" | "!!map"): void {
    if (tag && tag.text !== "!" && shortTag(tag.text) !== expected)
      throw new YamlFault("tag", tag.start, tag.start, tag.text);
    this.depth += 1;
    if (this.depth > DEEPEST) throw new YamlFault("too-deep", this.peek().start);
  }

  private leave(node: Node): Node {
    this.depth -= 1;
    return node;
  }

  private blockList(): Node {
    const { start } = this.take();
    const items = new ListBuilder();
    while (this.is("-")) {
      this.take();
      items.add(this.is("-") || this.is("end") ? this.empty() : this.node(true, false));
    }
    if (!this.is("end")) throw new YamlFault("item-expected", this.peek().start, start);
    this.take();
    return this.list(items, start);
  }

  private indentlessList(): Node {
    const { start } = this.peek();
    const items = new ListBuilder();
    while (this.is("-")) {
      this.take();
      const empty = this.is("-") || this.is("?") || this.is(":") || this.is("end");
      items.add(empty ? this.empty() : this.node(true, false));
    }
    return this.list(items, start);
  }

  private flowList(): Node {
    const { start } = this.take();
    this.opened.push(start);
    const items = new ListBuilder();
    for (let first = true; !this.is("]"); first = false) {
      if (!first) this.comma("]", start);
      if (this.is("?")) items.add(this.flowPair());
      else if (!this.is("]")) items.add(this.node(false, false));
    }
    this.opened.pop();
    const { end } = this.take();
    return this.list(items, start, end);
  }

  /** `[a: 1]` is a list with a mapping. */
  private flowPair(): Node {
    const { start } = this.take();
    const pairs = new PairBuilder();
    this.pair(pairs, "]");
    return this.mapping(pairs, start);
  }

  private flowMapping(): Node {
    const { start } = this.take();
    this.opened.push(start);
    const pairs = new PairBuilder();
    for (let first = true; !this.is("}"); first = false) {
      if (!first) this.comma("}", start);
      if (this.is("?")) {
        this.take();
        this.pair(pairs, "}");
      } else if (!this.is("}")) pairs.add(this.node(false, false), this.empty());
    }
    this.opened.pop();
    const { end } = this.take();
    return this.mapping(pairs, start, end);
  }

  private comma(close: "]" | "}", start: number): void {
    if (!this.is(",")) throw new YamlFault("flow-expected", this.peek().start, start, close);
    this.take();
  }

  private blockMapping(): Node {
    const { start } = this.take();
    const pairs = new PairBuilder();
    while (this.is("?")) {
      this.take();
      this.pair(pairs, "end");
    }
    if (!this.is("end")) throw new YamlFault("key-expected", this.peek().start, start);
    this.take();
    return this.mapping(pairs, start);
  }

  /** A key and its value, either of which may be left out, in a mapping that `close` ends. */
  private pair(pairs: PairBuilder, close: "]" | "}" | "end"): void {
    const block = close === "end";
    const key = this.endsPart(close) ? this.empty() : this.node(block, block);
    const colon = this.is(":");
    if (colon) this.take();
    pairs.add(key, !colon || this.endsPart(close) ? this.empty() : this.node(block, block));
  }

  private endsPart(close: TokenKind): boolean {
    const { kind } = this.peek();
    return kind === ":" || kind === close || kind === (close === "end" ? "?" : ",");
  }

  private list(items: ListBuilder, start: number, end = items.end ?? start): Node {
    this.spans.set(items.values, items.spans);
    return { value: items.values, start, end, merges: false };
  }

  private mapping(pairs: PairBuilder, start: number, end = pairs.end ?? start): Node {
    const value = pairs.build(this.spans, this.duplicates);
    return { value, start, end, merges: false };
  }
}

/** "!<tag:yaml.org,2002:str>" as "!!str". */
function shortTag(tag: string): string {
  return tag.replace(/^!<tag:yaml\.org,2002:(\w+)>$/, "!!$1");
}
