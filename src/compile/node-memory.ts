// What a node remembers between runs, as the answerer of its requests meets it: where its watermark stands, and what must
// be written in the transaction of its data. The stage `run` implements it over the tables of `state`.

import type { Relation } from "../adapter/relation.ts";
import type { QueryResult } from "../adapter/result.ts";

/** Runs a statement in the node's own session and transaction. */
export type RunStatement = (sql: string, fetch: boolean) => Promise<QueryResult>;

/** Ends of a window, and words of the config that holds. */
export type WatermarkBound = "lower" | "upper" | "column" | "nulls";

export interface NodeMemory {
  /**
   * The ends of the window of an incremental run as SQL, exclusive and inclusive; null: open. The name of the watermark's
   * column, and the policy for rows without a value.
   * @param of the relation whose column is asked for; null: the model's own
   * @throws EtlError when the node has no watermark
   */
  watermark(bound: WatermarkBound, run: RunStatement, of: Relation | null): Promise<string | null>;
  /** Told where the rows lie that an incremental run is about to add. @throws EtlError for rows that would be lost */
  newRows(relation: Relation, run: RunStatement): Promise<void>;
  /** Called in the node's transaction right before its COMMIT. @throws EtlError, DatabaseError to keep it from committing */
  beforeCommit(run: RunStatement): Promise<void>;
}
