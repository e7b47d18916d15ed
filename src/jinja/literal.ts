// Python literals in a text, as ast.literal_eval reads them: for dbt's as_native and its kin.

import { dictSet, hashKey, setOf } from "./compare.ts";
import { decodeString } from "./lexer.ts";
import { integerOf } from "./number.ts";
import { type Dict, PyFloat, Tuple, type Value } from "./value.ts";

const TOKEN =
  /\s*(?:('(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")|(0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)|(\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([-+()[\]{},:]))/y;

class NotALiteral extends Error {}

/** The value, or undefined when the text is no literal. */
export function parseLiteral(text: string): Value | undefined {
  try {
    return new LiteralReader(text).read();
  } catch (error) {
    if (error instanceof NotALiteral || error instanceof RangeError) return undefined;
    throw error;
  }
}

class LiteralReader {
  private readonly tokens: { readonly kind: "string" | "number" | "name" | "mark"; readonly text: string }[] =
    [];
  private index = 0;

  constructor(text: string) {
    if (/^[ \t]/.test(text)) text = text.trimStart();
    const end = text.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const match = TOKEN.exec(text);
      if (match === null) throw new NotALiteral();
      const [, string, radix, number, name, mark] = match;
      if (string !== undefined) this.tokens.push({ kind: "string", text: string });
      else if (name !== undefined) this.tokens.push({ kind: "name", text: name });
      else if (mark !== undefined) this.tokens.push({ kind: "mark", text: mark });
      else this.tokens.push({ kind: "number", text: (radix ?? number ?? "").replaceAll("_", "") });
    }
  }

  read(): Value {
    const value = this.tuple();
    if (this.index < this.tokens.length) throw new NotALiteral();
    return value;
  }

  private skip(mark: string): boolean {
    const token = this.tokens[this.index];
    if (token?.kind !== "mark" || token.text !== mark) return false;
    this.index++;
    return true;
  }

  private expect(mark: string): void {
    if (!this.skip(mark)) throw new NotALiteral();
  }

  /** `1, 2` without parentheses is a tuple as well. */
  private tuple(): Value {
    const first = this.value();
    if (!this.skip(",")) return first;
    const items = [first];
    while (this.index < this.tokens.length && !this.closes()) {
      items.push(this.value());
      if (!this.skip(",")) break;
    }
    return new Tuple(items);
  }

  private closes(): boolean {
    return /^[)\]}]$/.test(this.tokens[this.index]?.text ?? "") && this.tokens[this.index]?.kind === "mark";
  }

  private value(): Value {
    if (this.skip("-")) return this.number(-1);
    if (this.skip("+")) return this.number(1);
    if (this.skip("(")) {
      const value = this.closes() ? new Tuple([]) : this.tuple();
      this.expect(")");
      return value;
    }
    if (this.skip("[")) return this.list("]");
    if (this.skip("{")) return this.dictOrSet();
    const token = this.tokens[this.index];
    if (token?.kind === "number") return this.number(1);
    if (token?.kind === "string") return this.text();
    return this.name();
  }

  private text(): string {
    let text = "";
    for (let token = this.tokens[this.index]; token?.kind === "string"; token = this.tokens[this.index]) {
      text += decodeString(token.text.slice(1, -1));
      this.index++;
    }
    return text;
  }

  private name(): Value {
    const token = this.tokens[this.index++];
    if (token?.text === "True") return true;
    if (token?.text === "False") return false;
    if (token?.text === "None") return null;
    throw new NotALiteral();
  }

  private number(sign: 1 | -1): Value {
    const token = this.tokens[this.index++];
    if (token?.kind !== "number") throw new NotALiteral();
    if (/^(?:0[xXoObB])/.test(token.text)) return integerOf(BigInt(sign) * BigInt(token.text));
    if (!/^\d+$/.test(token.text)) return new PyFloat(sign * Number(token.text));
    if (/^0\d*[1-9]/.test(token.text)) throw new NotALiteral();
    return integerOf(BigInt(sign) * BigInt(token.text));
  }

  private list(end: string): Value[] {
    const items: Value[] = [];
    while (!this.skip(end)) {
      if (items.length > 0) {
        this.expect(",");
        if (this.skip(end)) break;
      }
      items.push(this.value());
    }
    return items;
  }

  private restOfSet(): Value[] {
    if (this.skip(",")) return this.list("}");
    this.expect("}");
    return [];
  }

  private dictOrSet(): Value {
    const dict: Dict = new Map();
    if (this.skip("}")) return dict;
    const first = this.value();
    if (!this.skip(":")) {
      const items = [first, ...this.restOfSet()];
      return setOf(items);
    }
    let key = first;
    for (;;) {
      hashKey(key);
      dictSet(dict, key, this.value());
      if (!this.skip(",") || this.closes()) break;
      key = this.value();
      this.expect(":");
    }
    this.expect("}");
    return dict;
  }
}
