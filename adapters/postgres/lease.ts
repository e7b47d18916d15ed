// Leases over advisory locks of the session: the server frees them when the connection ends, however it does. A holder
// that stands still (a stopped process) has its connection ended by who waits: its transaction is rolled back, so it
// cannot publish late. The lock's number is a hash, so two relations could share one and would then wait for each other.

import { createHash } from "node:crypto";
import { DatabaseError, hasCode } from "../../src/adapter/database-error.ts";
import type { Lease, LeaseOptions } from "../../src/adapter/lease.ts";
import type { Relation, RelationKind } from "../../src/adapter/relation.ts";
import type { Cell, QueryResult } from "../../src/adapter/result.ts";
import { literal } from "./names.ts";

/** How long the server waits for a lock at a time; then the holder is looked at. */
const LOOK_EVERY_MS = 2000;

type Execute = (sql: string) => Promise<QueryResult>;

/** The session that shall hold a lease, outside of a transaction. */
export interface LeaseSession {
  readonly execute: Execute;
  /** Runs a statement at the session's end, or before it, while nobody waits. */
  leave(sql: string): void;
}

/**
 * @throws DatabaseError when it is held and `wait` is false, or when the session is told to cancel
 */
export async function acquireLease(
  { execute, leave }: LeaseSession,
  relation: Relation,
  { wait, expiresAfterSeconds, onWait }: LeaseOptions,
): Promise<Lease> {
  const key = lockNumber(relation);
  const free = await lockFree(execute, key, relation);
  const release = async (): Promise<void> => leave(`select pg_advisory_unlock(${key})`);
  if (free) return { waited: false, kind: free.kind, release };
  for (let told = false; ; told = true) {
    const holder = await holderOf(execute, key);
    if (holder) {
      if (!wait) throw held(relation, holder);
      if (!told) await onWait(describe(holder));
      if (holder.idleSeconds > expiresAfterSeconds) await endHolder(execute, holder);
    }
    if (await lockWaiting(execute, key)) break;
  }
  const { rows } = await execute(`select ${kindOf(relation)}`);
  return { waited: true, kind: toKind(rows[0]?.[0]), release };
}

/**
 * What is free costs one journey to the server: the lock and what the relation is when it is held. These are two statements,
 * since one would look at the relation as it was before the lock was asked for; the first hands its answer to the second.
 */
async function lockFree(
  execute: Execute,
  key: bigint,
  relation: Relation,
): Promise<Pick<Lease, "kind"> | undefined> {
  const { rows } = await execute(
    `select set_config('etl.lease', pg_try_advisory_lock(${key})::text, true);
     select current_setting('etl.lease') = 'true', ${kindOf(relation)}`,
  );
  const [isHeld, kind] = rows[0] ?? [];
  return isHeld === true ? { kind: toKind(kind) } : undefined;
}

async function lockWaiting(execute: Execute, key: bigint): Promise<boolean> {
  try {
    // One text is one transaction, so the setting is undone where the wait fails.
    await execute(`set lock_timeout = ${LOOK_EVERY_MS}; select pg_advisory_lock(${key}); reset lock_timeout`);
    return true;
  } catch (error) {
    if (hasCode(error, "55P03")) return false;
    throw error;
  }
}

interface Holder {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  /** 0 while a statement runs. */
  readonly idleSeconds: number;
}

async function holderOf(execute: Execute, key: bigint): Promise<Holder | undefined> {
  const { high, low } = halves(key);
  const { rows } = await execute(
    `select a.pid, a.application_name, a.usename,
       case when a.state like 'idle%' then extract(epoch from clock_timestamp() - a.state_change) else 0 end
     from pg_catalog.pg_locks l
     join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.classid = ${high} and l.objid = ${low} and l.database = (
         select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()
       )`,
  );
  const [row] = rows;
  if (!row) return undefined;
  const [pid, application, user, idle] = row;
  return {
    pid: Number(pid),
    application: text(application),
    user: text(user),
    idleSeconds: Number(idle ?? 0),
  };
}

/** Ends the connection of a holder that stands still; without the right to, it is waited for. */
async function endHolder(execute: Execute, { pid }: Holder): Promise<void> {
  try {
    await execute(`select pg_catalog.pg_terminate_backend(${pid})`);
  } catch (error) {
    if (hasCode(error, "42501")) return;
    throw error;
  }
}

/** @returns an expression for the letter of what has the relation's name; null when nothing has */
function kindOf({ schema, identifier }: Relation): string {
  return `(
      select c.relkind
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${literal(schema ?? "")} and c.relname = ${literal(identifier ?? "")}
    )`;
}

function toKind(letter: Cell | undefined): RelationKind | null {
  return KINDS[text(letter)] ?? null;
}

const KINDS: Readonly<Record<string, RelationKind>> = {
  r: "table",
  p: "table",
  f: "table",
  v: "view",
  m: "materialized_view",
};

function held(relation: Relation, holder: Holder): DatabaseError {
  return new DatabaseError(
    {
      kind: "transient",
      retry: "never",
      message: `${relation.schema}.${relation.identifier} is being built by ${describe(holder)}`,
    },
    undefined,
  );
}

function describe({ application, user, pid }: Holder): string {
  const who = application === "" ? "another session" : application;
  return `${who} (user ${user}, server process ${pid})`;
}

/** 64 bits of a hash of the name, as the signed number that the server takes. */
function lockNumber({ schema, identifier }: Relation): bigint {
  const hash = createHash("sha256").update(JSON.stringify(["etl lease", schema, identifier]));
  return hash.digest().readBigInt64BE();
}

/** The two unsigned halves in which pg_locks shows a number. */
function halves(key: bigint): { readonly high: bigint; readonly low: bigint } {
  const unsigned = BigInt.asUintN(64, key);
  return { high: unsigned >> 32n, low: unsigned & 0xffffffffn };
}

function text(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? "" : String(cell);
}
