// Python's textwrap for one line, as the wordwrap filter uses it: whitespace stays as it is.

export interface WrapOptions {
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

function chunksOf(text: string, onHyphens: boolean): string[] {
  const chunks = text.match(/\s+|\S+/g) ?? [];
  if (!onHyphens) return chunks;
  return chunks.flatMap(
    (chunk) =>
      chunk.match(
        /[^\s-]*[\p{L}\p{N}_]{2,}-(?=[\p{L}_]{2})|-{2,}(?=[\p{L}\p{N}_])|(?:(?!-{2,}\w)[\s\S])+?(?=[\p{L}\p{N}_]{2,}-[\p{L}_]{2})|[\s\S]+/gu,
      ) ?? [chunk],
  );
}

/** The lines of a text, none longer than the width where that is possible. */
export function wrapText(text: string, options: WrapOptions): string[] {
  const width = Math.max(1, options.width);
  const chunks = chunksOf(text, options.breakOnHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && chunks.at(-1)?.trim() === "") chunks.pop();
    const line: string[] = [];
    let length = 0;
    for (
      let next = chunks.at(-1);
      next !== undefined && length + next.length <= width;
      next = chunks.at(-1)
    ) {
      line.push(next);
      length += next.length;
      chunks.pop();
    }
    const long = chunks.at(-1);
    if (long !== undefined && long.length > width) {
      chunks.pop();
      if (options.breakLongWords) {
        const room = Math.max(1, width - length);
        line.push(long.slice(0, room));
        chunks.push(long.slice(room));
      } else if (line.length === 0) line.push(long);
      else chunks.push(long);
    }
    if (line.at(-1)?.trim() === "") line.pop();
    if (line.length > 0) lines.push(line.join(""));
  }
  return lines;
}
