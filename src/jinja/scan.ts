// Finds the top-level blocks of a file (macros, tests, materializations, snapshots, docs) without parsing what they
// hold: strings, comments and raw blocks are skipped, tags are read by their first word. Thousands of macros of
// packages are scanned at every start and few of them are ever called.

import { nearest } from "../base/nearest.ts";
import { JinjaError, type JinjaErrorDetails } from "./errors.ts";
import { type BlockParameter, readMaterialization, readParameters } from "./scan-header.ts";
import { lineIndex, PlaceFinder, type TemplateSource } from "./source.ts";

export type { BlockParameter } from "./scan-header.ts";
export type BlockKind = "macro" | "materialization" | "test" | "snapshot" | "docs";

/** One block; offsets count in the text of the scanned file. */
export interface Block {
  readonly kind: BlockKind;
  /** As dbt stores it: `test_x` for tests, `materialization_<name>_<adapter>` for materializations. */
  readonly name: string;
  /** As written. */
  readonly shortName: string;
  /** Of a materialization. */
  readonly adapter?: string;
  readonly supportedLanguages?: readonly string[];
  readonly parameters: readonly BlockParameter[];
  /** The whole block as a template. */
  readonly source: TemplateSource;
  /** What stands between the tags, as a template. */
  readonly body: TemplateSource;
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** 1-based line of the file on which the block begins. */
  readonly line: number;
  /** The text between dbt's ends of the block: with the white space that "-" of its outer tags strips. */
  readonly text: string;
}

const KINDS: ReadonlyMap<string, BlockKind> = new Map([
  ["macro", "macro"],
  ["materialization", "materialization"],
  ["test", "test"],
  ["data_test", "test"],
  ["snapshot", "snapshot"],
  ["docs", "docs"],
]);

const TAG = /\{%[-+]?\s*([A-Za-z_]\w*)(?:\s+([A-Za-z_]\w*))?/y;
const RAW = /\{%[-+]?\s*raw\s*-?%\}/y;
const RAW_END = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
const STRING_OR_BLOCK_END = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[-+]?%\}/g;
const STRING_OR_PRINT_END = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\}\}/g;

interface Opening {
  readonly word: string;
  readonly name: string;
  readonly start: number;
  /** Where the header behind the name begins, and where the body begins. */
  readonly header: number;
  readonly bodyStart: number;
}

/**
 * @param kinds the blocks to look for; other tags are passed over
 * @returns the blocks in their order. Throws JinjaError(syntax) at the line that opens what is never closed.
 */
export function scanBlocks(
  source: TemplateSource,
  kinds: readonly BlockKind[] = [...KINDS.values()],
): Block[] {
  return new BlockScanner(source, new Set(kinds)).scan();
}

class BlockScanner {
  private readonly blocks: Block[] = [];
  private open: Opening | undefined;
  /** Open if and for tags outside of blocks. */
  private readonly control: { readonly word: string; readonly start: number }[] = [];
  private readonly text: string;
  private lineStarts: number[] | undefined;
  /** The offset behind the block before, and behind the white space that its last tag strips. */
  private taken = 0;

  constructor(
    private readonly source: TemplateSource,
    private readonly kinds: ReadonlySet<BlockKind>,
  ) {
    this.text = source.text;
  }

  scan(): Block[] {
    const { text } = this;
    let at = text.indexOf("{");
    while (at >= 0) {
      const next = text.charCodeAt(at + 1);
      if (next === 0x25) at = this.tag(at);
      else if (next === 0x23) at = this.skipTo("#}", at, "a comment is never closed: '#}' is missing");
      else if (next === 0x7b)
        at = this.skipTag(STRING_OR_PRINT_END, at, "'{{' is never closed: '}}' is missing");
      else at++;
      at = text.indexOf("{", at);
    }
    if (this.open !== undefined) this.unclosed(this.open);
    return this.blocks;
  }

  private unclosed(open: Opening): never {
    const end = `end${open.word}`;
    this.fail(
      `the ${open.word} '${open.name}' is never closed: '{% ${end} %}' is missing`,
      open.start,
      open.bodyStart,
      {
        help: `add {% ${end} %} where the ${open.word} ends`,
      },
    );
  }

  private skipTo(end: string, from: number, detail: string): number {
    const at = this.text.indexOf(end, from + 2);
    if (at < 0) this.failWithin(detail, from);
    return at + end.length;
  }

  /** The offset behind the end of a tag; what is in quotes does not end it. */
  private skipTag(pattern: RegExp, from: number, detail: string): number {
    pattern.lastIndex = from + 2;
    for (let match = pattern.exec(this.text); match !== null; match = pattern.exec(this.text)) {
      const first = match[0].charCodeAt(0);
      if (first !== 0x27 && first !== 0x22) return pattern.lastIndex;
    }
    return this.failWithin(detail, from);
  }

  /** A tag that swallows the rest of the file; within a block that shows the better place, the block's parser tells. */
  private failWithin(detail: string, at: number): never {
    this.fail(detail, at, at + 2);
  }

  /** Reads the tag at an offset and gives the offset behind it. */
  private tag(at: number): number {
    RAW.lastIndex = at;
    if (RAW.test(this.text)) {
      RAW_END.lastIndex = RAW.lastIndex;
      if (RAW_END.exec(this.text) === null)
        this.fail("a raw block is never closed: '{% endraw %}' is missing", at, RAW.lastIndex);
      return RAW_END.lastIndex;
    }
    const end = this.skipTag(STRING_OR_BLOCK_END, at, "'{%' is never closed: '%}' is missing");
    TAG.lastIndex = at;
    const match = TAG.exec(this.text);
    if (match !== null) this.word(match[1] ?? "", match[2], at, TAG.lastIndex, end);
    return end;
  }

  private word(word: string, name: string | undefined, start: number, header: number, end: number): void {
    const kind = KINDS.get(word);
    if (kind !== undefined && this.kinds.has(kind)) this.begin(word, name, start, header, end);
    else if (this.open !== undefined) {
      if (word === `end${this.open.word}`) this.finish(this.open, start, end);
      else if (word.startsWith("end") && this.kinds.has(KINDS.get(word.slice(3)) as BlockKind)) {
        this.fail(`'{% ${word} %}' does not close the ${this.open.word} '${this.open.name}'`, start, end, {
          help: `write {% end${this.open.word} %}`,
        });
      }
    } else this.outside(word, start, end);
  }

  private begin(word: string, name: string | undefined, start: number, header: number, end: number): void {
    if (this.open !== undefined) this.unclosed(this.open);
    const outer = this.control.at(-1);
    if (outer !== undefined) {
      this.fail(`a ${word} cannot stand inside of {% ${outer.word} %}`, start, end, {
        help: `move the ${word} to the top level of the file`,
      });
    }
    if (name === undefined)
      this.fail(`the ${word} has no name`, start, end, {
        help: `write {% ${word} name${word === "docs" || word === "snapshot" ? "" : "()"} %}`,
      });
    this.open = { word, name, start, header, bodyStart: end };
  }

  /** Tags outside of blocks: only pairs of if and for are looked at, and end tags that close nothing. */
  private outside(word: string, start: number, end: number): void {
    if (word === "if" || word === "for") this.control.push({ word, start });
    else if ((word === "endif" || word === "endfor") && this.control.at(-1)?.word === word.slice(3))
      this.control.pop();
    else if (word.startsWith("end") && this.kinds.has(KINDS.get(word.slice(3)) as BlockKind)) {
      this.fail(`'{% ${word} %}' closes nothing`, start, end);
    } else {
      const near =
        word.length > 3 && !KINDS.has(word)
          ? nearest(word, ["macro", "materialization", "snapshot"])
          : undefined;
      const looksLikeBlock = near !== undefined && this.text.includes(`{% end${near} %}`, end);
      if (looksLikeBlock)
        this.fail(`unknown tag '${word}'`, start, end, { help: `did you mean {% ${near} %}?` });
    }
  }

  private finish(open: Opening, bodyEnd: number, end: number): void {
    this.open = undefined;
    const { word, name, start, bodyStart } = open;
    const kind = KINDS.get(word) ?? "macro";
    const header = this.text.slice(open.header, bodyStart);
    const read = kind === "materialization" ? readMaterialization(header) : undefined;
    const text = this.text.slice(start, end);
    this.blocks.push({
      kind,
      name:
        kind === "test"
          ? `test_${name}`
          : read === undefined
            ? name
            : `materialization_${name}_${read.adapter}`,
      shortName: name,
      ...(read === undefined ? {} : { adapter: read.adapter, supportedLanguages: read.languages }),
      parameters: kind === "macro" || kind === "test" ? readParameters(header) : [],
      source: this.part(start, text),
      body: this.part(bodyStart, this.text.slice(bodyStart, bodyEnd)),
      start,
      end,
      bodyStart,
      bodyEnd,
      line: this.part(start, "").line ?? 1,
      text: this.stripped(start, end),
    });
  }

  /** A block with the white space around it that belongs to its tags, which is not what the block before has taken. */
  private stripped(start: number, end: number): string {
    const { text, taken } = this;
    const before = text[start + 2] === "-" ? text.slice(taken, start).trimEnd().length + taken : start;
    const after = text[end - 3] === "-" ? text.length - text.slice(end).trimStart().length : end;
    this.taken = after;
    // dbt strips the file itself first.
    return text.slice(before === 0 ? start : before, after === text.length ? end : after);
  }

  /** A piece of the file as a template that knows its line and column. */
  private part(start: number, text: string): TemplateSource {
    if (this.lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1))
        starts.push(at + 1);
      this.lineStarts = starts;
    }
    const index = lineIndex(this.lineStarts, start);
    const column = start - (this.lineStarts[index] ?? 0) + (index === 0 ? (this.source.column ?? 1) : 1);
    return { file: this.source.file, text, line: (this.source.line ?? 1) + index, column };
  }

  private fail(detail: string, start: number, end: number, details: JinjaErrorDetails = {}): never {
    const { line, column } = this.part(start, "");
    const rest = this.text.slice(start, end);
    const place = new PlaceFinder({
      file: this.source.file,
      text: rest,
      line: line ?? 1,
      column: column ?? 1,
    }).place(0, rest.length);
    throw new JinjaError("syntax", "TemplateSyntaxError", detail, {
      ...details,
      place: { ...place, offset: start },
    });
  }
}
