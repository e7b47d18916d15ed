// What the runners of nodes share during one run: the compiler, the warehouse, flags, and how a node gets a session.

import { DatabaseError } from "../adapter/database-error.ts";
import type { Relation, SchemaName } from "../adapter/relation.ts";
import type { ResultColumn } from "../adapter/result.ts";
import { pause } from "../base/pause.ts";
import { type AnswerOptions, RequestAnswerer } from "../compile/answer-requests.ts";
import { BorrowedSession } from "../compile/borrowed-session.ts";
import type { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import type { TimeWindow } from "../compile/event-time.ts";
import type { KeptCode } from "../compile/kept-code.ts";
import type { NodeMemory } from "../compile/node-memory.ts";
import type { QuarantineKeeper } from "../compile/quarantine-keeper.ts";
import type { VersionKeeper } from "../compile/version-keeper.ts";
import type { Value } from "../jinja/value.ts";
import type { DataTest, ManifestNode, NodeId, Resource } from "../manifest/node.ts";
import { AbruptLosses, deadlyStatement, Suspects } from "./abrupt-losses.ts";
import type { Breaker } from "./breaker.ts";
import type { Measures } from "./memory/measures.ts";
import { type NodeLimits, USUAL_LIMITS, waitBefore } from "./node-limits.ts";
import type { Outcome } from "./outcome.ts";
import type { RunDeadline } from "./run-deadline.ts";
import type { NodeStateOptions } from "./watermark/watermark-work.ts";

export interface RunContext {
  readonly deps: RunDeps;
  readonly compiler: Compiler;
  /** Ends a run whose warehouse is gone; work on many nodes has one. */
  readonly breaker?: Breaker;
  /** Nodes that lost their connections; work on many nodes has them. */
  readonly suspects?: Suspects;
  /** Tests that are run before their node is published. */
  readonly audits?: AuditsOfRun;
  /** Tests whose rows go aside. */
  readonly quarantines?: QuarantinesOfRun;
  /** What the run remembers in the warehouse; absent where nothing asks for it. */
  readonly state?: StateOfRun;
  /** SQL that earlier commands compiled; only `compile` asks for it. */
  readonly kept?: KeptCode;
  /** Told of SQL that was compiled now; only of `compile`. */
  readonly onCompiled?: (resource: Resource, code: string) => void;
  /** Absent where nothing ends the run by the clock. */
  readonly deadline?: RunDeadline;
}

/** See audits.ts. */
export interface AuditsOfRun {
  testsOf(node: ManifestNode): readonly DataTest[];
  /** What an audit has found out about a test, so that it need not run again. */
  outcomeOf(test: DataTest): Outcome | undefined;
  /** @throws EtlError to keep the node from being published */
  check(context: RunContext, node: ManifestNode, work: Work, rows?: Relation): Promise<void>;
}

/** See quarantines.ts. */
export interface QuarantinesOfRun {
  testsOf(node: ManifestNode): readonly QuarantineTest[];
  has(id: NodeId): boolean;
}

export interface QuarantineTest {
  readonly test: DataTest;
  /** It asks for it itself, so that it is a mistake when it cannot tell which rows are bad. */
  readonly isExplicit: boolean;
}

/** The run's side of the state; see run-state.ts. */
export interface StateOfRun {
  /** The memory of a node; undefined for nodes that need none. */
  of(node: ManifestNode): StateOfNode | undefined;
  /** What memories of parts of a node are made of: chunks, batches; undefined for nodes that need none. */
  optionsOf(node: ManifestNode): NodeStateOptions | undefined;
  /** The keeper of a node's versions; undefined where none are kept. */
  versionsOf(node: ManifestNode): VersionsOfNode | undefined;
  /** Where a node's rows go that break a test; undefined where none do. @throws EtlError where they can go nowhere */
  quarantineOf(context: RunContext, node: ManifestNode, of: QuarantineOf): QuarantineOfNode | undefined;
  countStatement(id: NodeId): void;
  /** A hash of the code that all nodes have in common; see build-fingerprint.ts. */
  readonly code: string;
  /** What anomaly tests have measured. */
  readonly measures: Measures;
}

export interface StateOfNode extends NodeMemory {
  /** A node that is run again begins anew. */
  restart(): void;
  /** The query that is run for a compiled model. @throws EtlError when its watermark is no column of it */
  windowed(code: string, describe: (sql: string) => Promise<readonly ResultColumn[]>): Promise<string>;
}

/** What is built of a node whose rows may go aside. */
export interface QuarantineOf {
  /** A batch. */
  readonly window?: TimeWindow;
  /** A range of the watermark, as macros take it. */
  readonly range?: Value;
  /** Rows from the quarantine. */
  readonly isReplay?: boolean;
}

export interface QuarantineOfNode extends QuarantineKeeper {
  readonly relation: Relation;
  /** Schemas whose cached relations may be wrong after a rollback. */
  readonly touches: readonly SchemaName[];
  /** Told of the work of each attempt before it begins. */
  begin(work: Work): void;
  /** Says how many rows went aside; called once they have. */
  tell(): void;
}

export interface VersionsOfNode extends VersionKeeper {
  /** A node that is run again begins anew. */
  restart(): void;
  /** Told once a transaction of the node has ended well. */
  settle(): void;
}

/** What one node works with: its session is borrowed when it is first needed. */
export interface Work {
  readonly session: BorrowedSession;
  readonly answerer: RequestAnswerer;
  /** Aborted by the user or by --fail-fast. */
  readonly signal: AbortSignal;
}

export interface WorkOptions {
  readonly id: NodeId;
  /** What the query comment names when no node is worked for. */
  readonly connection?: string;
  readonly signal: AbortSignal;
  readonly answers?: Pick<
    AnswerOptions,
    "seed" | "memory" | "audit" | "unpublished" | "versions" | "quarantine"
  >;
  /** Schemas whose cached relations may be wrong after a rollback. */
  readonly touches?: readonly SchemaName[];
  /** How often it is tried; as nodes that say nothing, unless given. */
  readonly limits?: NodeLimits;
}

/**
 * Runs the work of a node with a session of its own, and again when the warehouse says that it failed for a passing
 * reason (a conflict with another transaction, a lost connection) and nothing of it lasts.
 * @throws what the last attempt threw
 */
export async function withWork<T>(
  { deps, compiler, state, breaker, suspects }: RunContext,
  options: WorkOptions,
  work: (work: Work) => Promise<T>,
): Promise<T> {
  const { shared, openWarehouse } = deps;
  const { id, connection, signal, answers, touches = [], limits = USUAL_LIMITS } = options;
  const comment = compiler.comments.for(id, connection);
  const losses = new AbruptLosses(shared.host, suspects ?? new Suspects(), signal);
  for (let attempt = 1; ; attempt++) {
    const session = new BorrowedSession(openWarehouse, id, signal);
    const answerer = new RequestAnswerer({
      shared,
      session,
      nodeId: id,
      comment,
      signal,
      ...(state ? { onStatement: () => state.countStatement(id) } : {}),
      ...answers,
    });
    try {
      const result = await losses.run(() => work({ session, answerer, signal }));
      if (session.current) breaker?.answered();
      return result;
    } catch (error) {
      for (const { database, schema } of touches) shared.relations.doubtSchema(database, schema);
      const refused = databaseErrorOf(error);
      const retry = refused?.facts.retry;
      if (retry === "reconnect") breaker?.lost(session.current !== undefined);
      else if (session.current) breaker?.answered();
      const passing =
        (retry === "transaction" || (retry === "reconnect" && refused?.facts.kind !== "cancelled")) &&
        !breaker?.isOpen;
      if (!passing || answerer.hasLastingEffects || attempt >= limits.attempts || signal.aborted) throw error;
      if (refused && losses.count(refused) >= limits.losses) throw deadlyStatement(refused, limits.losses);
      shared.host.emit({
        kind: "message",
        // People who wait for a server want to know.
        level: retry === "reconnect" ? "info" : "debug",
        node: id,
        text: `${id}: attempt ${attempt} failed for a passing reason and is repeated: ${refused?.facts.message}`,
      });
    } finally {
      await session.close();
    }
    await pause(waitBefore(limits, attempt, id), signal);
  }
}

/** The warehouse's error that a template's error was caused by, however deep. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseError) return cause;
  }
  return undefined;
}
