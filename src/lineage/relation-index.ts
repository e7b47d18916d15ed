// From names in SQL to nodes. A compiled query names relations in full, but people also write tables by hand, a deferred
// run reads the relations of another environment, and ephemeral models are CTEs; so a name that is none of the project is
// looked for among the parents of the node, which the manifest knows for sure.

import type { NodeId } from "../manifest/node.ts";
import type { Name } from "../sql/query-tree.ts";

/** Where a node's rows are, as far as names go. */
export interface RelationAddress {
  readonly id: NodeId;
  /** Outermost first; parts that are not set are left out. */
  readonly path: readonly string[];
  /** Of an ephemeral model: the name of the CTE that it is injected as. */
  readonly cte?: string;
  /** What is read instead of a table: the path of a file, an expression. */
  readonly external?: string;
}

export class RelationIndex {
  private readonly byPath = new Map<string, NodeId[]>();
  private readonly addresses = new Map<NodeId, RelationAddress>();

  constructor(addresses: Iterable<RelationAddress>) {
    for (const address of addresses) {
      this.addresses.set(address.id, address);
      const keys = address.path.map((_, index) => keyOf(address.path.slice(index)));
      for (const key of [...keys.slice(0, -1), ...(address.cte === undefined ? [] : [keyOf([address.cte])])])
        this.add(key, address.id);
      const file = address.external === undefined ? undefined : quotedText(address.external);
      if (file !== undefined) this.add(keyOf([file]), address.id);
    }
  }

  private add(key: string, id: NodeId): void {
    const known = this.byPath.get(key);
    if (known === undefined) this.byPath.set(key, [id]);
    else known.push(id);
  }

  /**
   * @param name as it stands in FROM
   * @param near the node itself and its parents, which win where several fit
   */
  find(name: readonly Name[], near: ReadonlySet<NodeId>): NodeId | undefined {
    const parts = name.map(({ text }) => text);
    const found = this.byPath.get(keyOf(parts)) ?? [];
    const close = found.find((id) => near.has(id)) ?? (this.isOne(found) ? found[0] : undefined);
    if (close !== undefined) return close;
    const last = parts.at(-1)?.toLowerCase();
    const alike = [...near].filter((id) => this.addresses.get(id)?.path.at(-1)?.toLowerCase() === last);
    return alike.length === 1 ? alike[0] : undefined;
  }

  /** Whether the nodes are one relation: several sources may describe the same table. */
  private isOne(ids: readonly NodeId[]): boolean {
    return new Set(ids.map((id) => keyOf(this.addresses.get(id)?.path ?? []))).size === 1;
  }
}

function keyOf(path: readonly string[]): string {
  return path.join("\0").toLowerCase();
}

/** The first text in quotes: of `read_csv('a.csv')` the path. */
function quotedText(sql: string): string | undefined {
  return /'((?:[^']|'')*)'/.exec(sql)?.[1]?.replaceAll("''", "'");
}
