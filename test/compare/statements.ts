// Statements of two tools side by side: told apart by the node that they were sent for, brought to one spelling, and
// compared in their order.

/** Statements by the id of the node that they were sent for; "" for those of no node. */
export type ByNode = ReadonlyMap<string, readonly string[]>;

const COMMENT = /\/\*\s*node=(\S*)\s*\*\//g;

export function byNode(sent: readonly string[]): ByNode {
  const found = new Map<string, string[]>();
  for (const sql of sent) {
    const node = [...sql.matchAll(COMMENT)][0]?.[1] ?? "";
    found.set(node, [...(found.get(node) ?? []), spelled(sql.replaceAll(COMMENT, ""))]);
  }
  return found;
}

/** One spelling: white space, letters' case, and what is other each time are nobody's concern. */
function spelled(sql: string): string {
  return sql
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([(),=<>;|]+) ?/g, "$1")
    .replaceAll(/[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}/gi, "UUID")
    .replaceAll(/\d{4}-\d\d-\d\d[ t]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00)?/gi, "MOMENT")
    .replaceAll(/\)as (?=\w)/gi, ")")
    .replace(/[;\s]+$/, "")
    .trim()
    .toLowerCase();
}

export interface Difference {
  readonly node: string;
  readonly onlyDbt: readonly string[];
  readonly onlyEtl: readonly string[];
}

/** A change of statements that makes the two tools alike, and why they are not. */
export interface Rule {
  readonly reason: string;
  readonly engines?: readonly string[];
  /** Applied to each statement of both tools; undefined leaves it out. */
  readonly change: (sql: string, node: string) => string | undefined;
}

/**
 * @param used gets the rules that changed something
 * @returns what is left when the rules have been applied, node by node
 */
export function differences(
  dbt: ByNode,
  etl: ByNode,
  rules: readonly Rule[],
  used: Set<Rule>,
): readonly Difference[] {
  const nodes = [...new Set([...dbt.keys(), ...etl.keys()])].sort();
  const plain = (statements: ByNode, node: string): readonly string[] =>
    (statements.get(node) ?? []).flatMap((sql) => ruled(sql, node, rules, used) ?? []);
  return nodes.flatMap((node) => {
    const { onlyLeft, onlyRight } = unlike(plain(dbt, node), plain(etl, node));
    return onlyLeft.length + onlyRight.length === 0 ? [] : [{ node, onlyDbt: onlyLeft, onlyEtl: onlyRight }];
  });
}

function ruled(sql: string, node: string, rules: readonly Rule[], used: Set<Rule>): string | undefined {
  let text = sql;
  for (const rule of rules) {
    const next = rule.change(text, node);
    if (next !== text) used.add(rule);
    if (next === undefined) return undefined;
    text = next;
  }
  return text;
}

/** What is not in the longest common subsequence of two lists. */
function unlike(left: readonly string[], right: readonly string[]) {
  const length = left.map(() => new Array<number>(right.length + 1).fill(0));
  length.push(new Array<number>(right.length + 1).fill(0));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--) {
      const row = length[i];
      if (row) row[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const onlyLeft: string[] = [];
  const onlyRight: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      i++;
      j++;
    } else if (j >= right.length || (i < left.length && at(i + 1, j) >= at(i, j + 1)))
      onlyLeft.push(left[i++] ?? "");
    else onlyRight.push(right[j++] ?? "");
  }
  return { onlyLeft, onlyRight };
}
