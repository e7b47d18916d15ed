// Putting rows aside that break a test, as the answerer of a node's requests meets it. The stage `run` implements it.

import type { Relation } from "../adapter/relation.ts";
import type { RunStatement } from "./node-memory.ts";

export interface QuarantineKeeper {
  /** Told where the rows lie that an incremental run is about to add. @throws EtlError, DatabaseError */
  newRows(relation: Relation, run: RunStatement): Promise<void>;
  /** Called in the node's transaction before its COMMIT. @throws EtlError, DatabaseError */
  beforeCommit(run: RunStatement): Promise<void>;
}
