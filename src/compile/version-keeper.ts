// Keeping what a relation was before a run changed it, as the answerer of a node's requests meets it. The stage `run`
// implements it over the tables of `state`.

import type { Relation } from "../adapter/relation.ts";
import type { RunStatement } from "./node-memory.ts";

/** What a macro has done to keep a table. */
export interface KeptTable {
  /** Where it is now. */
  readonly relation: Relation;
  /** moved: the table itself; copied: its rows, and what else the engine lets a copy have. */
  readonly how: "moved" | "copied";
  /** Statements to be run once it has its own name back; empty for none. */
  readonly script: string;
}

export interface VersionKeeper {
  /** The name under which the node's table shall be kept; null: it is kept already, or need not be. */
  name(): string | null;
  /** Told once the table is kept, in the transaction of the node. */
  note(kept: KeptTable): void;
  /** Called in the node's transaction right before its COMMIT. @throws DatabaseError */
  beforeCommit(run: RunStatement): Promise<void>;
}
