// The text that goes to the parser and how its places lead back. The parser counts Unicode code points; text may have been
// added to get around a mistake of its; and the text may be a part that was cut out of a longer one.

export interface Insertion {
  /** Offset in the text before inserting. */
  readonly at: number;
  readonly text: string;
}

export interface SourceText {
  readonly text: string;
  /** The offset in the original text of a place that the parser tells. */
  offset(codePoint: number): number;
}

const ASTRAL = /[\u{10000}-\u{10FFFF}]/u;

/**
 * @param sql the original text
 * @param insertions sorted by place
 * @param base where `sql` begins in the whole text
 */
export function sourceText(sql: string, insertions: readonly Insertion[], base: number): SourceText {
  let text = sql;
  for (const { at, text: added } of insertions.toReversed())
    text = text.slice(0, at) + added + text.slice(at);
  const units = ASTRAL.test(text) ? unitOffsets(text) : undefined;
  return {
    text,
    offset: (codePoint) => {
      let offset = units === undefined ? codePoint : (units[codePoint] ?? text.length);
      for (const { at, text: added } of insertions) {
        if (offset <= at) break;
        offset = Math.max(at, offset - added.length);
      }
      return offset + base;
    },
  };
}

/** For each code point, and the end, its offset in UTF-16 units. */
function unitOffsets(text: string): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const point of text) {
    offsets.push(at);
    at += point.length;
  }
  offsets.push(at);
  return offsets;
}
