// The difference between the rows that a unit test got and those that it expected, row by row, in the form that dbt
// prints (daff's): "→" rows with changed cells "expected→got", "+++" rows that were not expected, "---" missing ones.

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

interface Line {
  readonly mark: "" | "→" | "+++" | "---" | "...";
  readonly cells: readonly string[];
}

/** How many equal rows are shown around a difference. */
const CONTEXT = 1;

/** More rows than this are not paired one by one: then the search for the best pair would take too long. */
const MAX_PAIRED = 300;

/**
 * Compares without regard to order. Both sides have the same columns.
 * @returns undefined when they are equal, else a table in text
 */
export function unitTestDiff(expected: Rows, actual: Rows): string | undefined {
  const { equal, missing, added } = split(expected.rows, actual.rows);
  if (missing.length === 0 && added.length === 0) return undefined;
  const lines: { readonly key: readonly (string | null)[]; readonly line: Line }[] = equal.map((row) => ({
    key: row,
    line: { mark: "", cells: row.map(show) },
  }));
  const { pairs, left, right } = pair(missing, added);
  for (const [want, got] of pairs) {
    lines.push({
      key: want,
      line: {
        mark: "→",
        cells: want.map((cell, i) =>
          cell === got[i] ? show(cell) : `${show(cell)}→${show(got[i] ?? null)}`,
        ),
      },
    });
  }
  for (const row of left) lines.push({ key: row, line: { mark: "---", cells: row.map(show) } });
  for (const row of right) lines.push({ key: row, line: { mark: "+++", cells: row.map(show) } });
  lines.sort((a, b) => compareRows(a.key, b.key));
  return renderTable(expected.columns, withoutFarRows(lines.map(({ line }) => line)));
}

function split(expected: Rows["rows"], actual: Rows["rows"]) {
  const open = new Map<string, number>();
  for (const row of actual) open.set(JSON.stringify(row), (open.get(JSON.stringify(row)) ?? 0) + 1);
  const equal: (readonly (string | null)[])[] = [];
  const missing: (readonly (string | null)[])[] = [];
  for (const row of expected) {
    const key = JSON.stringify(row);
    const count = open.get(key) ?? 0;
    if (count === 0) missing.push(row);
    else {
      equal.push(row);
      open.set(key, count - 1);
    }
  }
  const added = actual.filter((row) => {
    const key = JSON.stringify(row);
    const count = open.get(key) ?? 0;
    if (count > 0) open.set(key, count - 1);
    return count > 0;
  });
  return { equal, missing, added };
}

/** Rows that share the most cells are one row that changed; rows that share none are two. */
function pair(missing: Rows["rows"], added: Rows["rows"]) {
  const left = [...missing].sort(compareRows);
  const right = [...added].sort(compareRows);
  const pairs: [readonly (string | null)[], readonly (string | null)[]][] = [];
  if (left.length > MAX_PAIRED || right.length > MAX_PAIRED) return { pairs, left, right };
  const shared = (a: readonly (string | null)[], b: readonly (string | null)[]) =>
    a.filter((cell, i) => cell === b[i]).length;
  const candidates = left.flatMap((want, i) => right.map((got, j) => ({ i, j, count: shared(want, got) })));
  candidates.sort((a, b) => b.count - a.count || a.i - b.i || a.j - b.j);
  const takenLeft = new Set<number>();
  const takenRight = new Set<number>();
  for (const { i, j, count } of candidates) {
    if (count === 0 || takenLeft.has(i) || takenRight.has(j)) continue;
    takenLeft.add(i);
    takenRight.add(j);
    pairs.push([left[i] ?? [], right[j] ?? []]);
  }
  return {
    pairs,
    left: left.filter((_, i) => !takenLeft.has(i)),
    right: right.filter((_, j) => !takenRight.has(j)),
  };
}

/** Equal rows far from any difference become one line of dots. */
function withoutFarRows(lines: readonly Line[]): Line[] {
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ mark }) => mark !== ""),
  );
  const shown: Line[] = [];
  lines.forEach((line, i) => {
    if (near[i]) shown.push(line);
    else if (shown.at(-1)?.mark !== "...") shown.push({ mark: "...", cells: line.cells.map(() => "...") });
  });
  return shown;
}

function renderTable(columns: readonly string[], lines: readonly Line[]): string {
  const table = [["@@", ...columns], ...lines.map(({ mark, cells }) => [mark, ...cells])];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => [...(row[i] ?? "")].length))) ?? [];
  return table.map((row) => `| ${row.map((cell, i) => pad(cell, widths[i] ?? 0)).join(" | ")} |`).join("\n");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - [...cell].length));
}

function show(cell: string | null): string {
  return cell === null ? "NULL" : cell;
}

/** Cell by cell, nulls last, numbers by their value. */
function compareRows(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? null, b[i] ?? null];
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    const difference = Number(x) - Number(y);
    if (!Number.isNaN(difference) && difference !== 0) return difference;
    return x < y ? -1 : 1;
  }
  return 0;
}
