// Keeps what one node's relation was before this run, so that `etl undo` can bring it back: tells macros the name to keep
// it under, writes down where it is in the transaction of the node, and drops the versions that are too old.

import { makeRelation, type Relation } from "../../adapter/relation.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import type { KeptTable } from "../../compile/version-keeper.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { SharedScope } from "../../context/scope.ts";
import type { ManifestNode } from "../../manifest/node.ts";
import { relationCells } from "../../state/row-values.ts";
import type { StateStore } from "../../state/state-store.ts";
import { VERSIONS } from "../../state/tables.ts";
import { outdated, type Version, versionName, versionOf } from "../../state/versions.ts";
import type { StateSessions } from "../memory/state-sessions.ts";
import type { VersionsOfNode } from "../run-context.ts";

/** What a relation was when the run began. */
export interface Before {
  readonly was: Version["was"];
  /** SQL that makes it again, for views. */
  readonly script: string | null;
}

export interface NodeVersionsOptions {
  readonly shared: SharedScope;
  readonly node: ManifestNode;
  readonly store: StateStore;
  readonly sessions: StateSessions;
  readonly before: Before;
  /** How many versions are kept. */
  readonly count: number;
}

export class NodeVersions implements VersionsOfNode {
  #kept: KeptTable | undefined;
  /** The first of its transactions has ended well; what the others change is not what was before the run. */
  #isSettled = false;
  /** What the rows say that this run has written; undefined: nothing is written. */
  #written: { readonly kept: KeptTable | undefined } | undefined;

  constructor(private readonly options: NodeVersionsOptions) {}

  restart(): void {
    if (this.#isSettled) return;
    this.#kept = undefined;
    this.#written = undefined;
  }

  settle(): void {
    this.#isSettled = true;
  }

  name(): string | null {
    if (this.#kept || this.#isSettled) return null;
    const { node, shared } = this.options;
    const { schema, alias } = node;
    return versionName(
      shared.invocation.id,
      { schema, alias },
      shared.adapter.capabilities.maxIdentifierBytes,
    );
  }

  note(kept: KeptTable): void {
    this.#kept = kept;
    this.options.shared.relations.add(kept.relation);
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    const kept = this.#kept;
    // A macro may commit before it changes anything.
    if (this.#isSettled || (this.#written && this.#written.kept === kept)) return;
    this.#written = { kept };
    const { store, sessions, node, shared, before } = this.options;
    await store.append(sessions.over(run), VERSIONS, [
      {
        run_id: shared.invocation.id,
        node_id: node.id,
        ...relationCells(node),
        was: kept ? "table" : before.was,
        kept_schema: kept?.relation.schema ?? null,
        kept_name: kept?.relation.identifier ?? null,
        how: kept?.how ?? null,
        script: kept ? kept.script || null : before.script,
        undoes: null,
        kept_at: shared.host.now(),
      },
    ]);
    if (kept) await this.#dropOutdated(run);
  }

  async #dropOutdated(run: RunStatement): Promise<void> {
    const { store, sessions, node, shared, count } = this.options;
    const { relations, adapter } = shared;
    const rows = await store.read(sessions.over(run), VERSIONS, {
      where: relationCells(node),
      newestBy: ["kept_at"],
    });
    const find = (name: { readonly schema: string; readonly identifier: string }): Relation | undefined =>
      relations.get(node.database, name.schema, name.identifier);
    for (const { schema, identifier } of outdated(
      rows.map(versionOf),
      count,
      (name) => find(name) !== undefined,
    )) {
      const relation = makeRelation({ database: node.database, schema, identifier }, { kind: "table" });
      await run(await sessions.macro("drop_table", [new RelationValue(relation, adapter)]), false);
      relations.drop(relation);
    }
  }
}
