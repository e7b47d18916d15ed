// What has its say in the transaction that publishes a node, or one batch or chunk of it: what the relation was is kept, rows
// that break a test go aside, and the audit looks at what readers would see.

import type { SchemaName } from "../adapter/relation.ts";
import type { ManifestNode } from "../manifest/node.ts";
import type { QuarantineOf, RunContext, Work, WorkOptions } from "./run-context.ts";
import { auditOf } from "./tests/audits.ts";

export interface Publishing {
  readonly answers: NonNullable<WorkOptions["answers"]>;
  /** Schemas, besides that of the node, whose cached relations may be wrong after a rollback. */
  readonly touches: readonly SchemaName[];
  /** Told of the work of each attempt before it begins. */
  begin(work: Work): void;
  /** Told once it is published. */
  done(): void;
}

/** @throws EtlError where rows shall go aside and can go nowhere */
export function publishingOf(context: RunContext, node: ManifestNode, of: QuarantineOf = {}): Publishing {
  const { state } = context;
  const versions = state?.versionsOf(node);
  const quarantine = state?.quarantineOf(context, node, of);
  const audit = auditOf(context, node, quarantine === undefined);
  return {
    answers: {
      ...(versions ? { versions } : {}),
      ...(quarantine ? { quarantine } : {}),
      ...audit.answers,
    },
    touches: quarantine?.touches ?? [],
    begin: (work) => {
      versions?.restart();
      quarantine?.begin(work);
      audit.begin(work);
    },
    done: () => {
      versions?.settle();
      quarantine?.tell();
    },
  };
}
