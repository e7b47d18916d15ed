// The text of an INSERT into a table of the state, which a macro makes. Rendering it costs more than the engine needs for a
// row, so of a table that gets many rows only the places of the literals are filled in.

/** Renders the INSERT of rows, a literal a cell. */
export type RenderInsert = (rows: readonly (readonly string[])[]) => Promise<string>;

/** So many rows are rendered before it pays to look for the places. */
const FEW = 2;

/** What stands around the literals: before the first row, within it, between two rows, within all others, at the end. */
interface Pattern {
  readonly head: string;
  readonly first: readonly string[];
  readonly between: string;
  readonly next: readonly string[];
  readonly tail: string;
}

/** The INSERTs into one table during one run. */
export class InsertText {
  #rows = 0;
  /** Undefined where the macro's texts differ by more than their literals. */
  #pattern: Promise<Pattern | undefined> | undefined;

  /** @param rows at least one; all have the same number of cells */
  async of(rows: readonly (readonly string[])[], render: RenderInsert): Promise<string> {
    this.#rows += rows.length;
    if (this.#rows <= FEW) return render(rows);
    this.#pattern ??= findPattern(rows[0]?.length ?? 0, render);
    const pattern = await this.#pattern;
    return pattern ? filled(pattern, rows) : render(rows);
  }
}

/** Two rows show all pieces; that one and three rows are made of the same is tried. */
async function findPattern(width: number, render: RenderInsert): Promise<Pattern | undefined> {
  const text = await render(marks(2, width));
  const found = text.match(MARK) ?? [];
  if (found.join() !== marks(2, width).flat().join()) return undefined;
  const pieces = text.split(MARK);
  const pattern = {
    head: pieces[0] ?? "",
    first: pieces.slice(1, width),
    between: pieces[width] ?? "",
    next: pieces.slice(width + 1, -1),
    tail: pieces.at(-1) ?? "",
  };
  for (const count of [1, 3]) {
    const rows = marks(count, width);
    if (filled(pattern, rows) !== (await render(rows))) return undefined;
  }
  return pattern;
}

/** No literal holds such a sign. */
const MARK = /\u0001\d+ \d+\u0001/g;

function marks(rows: number, width: number): string[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: width }, (_unused, cell) => `\u0001${row} ${cell}\u0001`),
  );
}

function filled({ head, first, between, next, tail }: Pattern, rows: readonly (readonly string[])[]): string {
  const texts = rows.map((cells, row) => {
    const within = row === 0 ? first : next;
    return cells.map((cell, i) => (i === 0 ? cell : `${within[i - 1]}${cell}`)).join("");
  });
  return `${head}${texts.join(between)}${tail}`;
}
