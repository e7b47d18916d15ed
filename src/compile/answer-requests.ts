// Answers what templates ask of the warehouse while they are compiled and run, over one session. The only place where
// statements are sent, so transactions, statement events, cancellation and repeats are decided here.

import type { SeedColumn, SeedFile } from "../adapter/adapter.ts";
import { DatabaseError, interrupted } from "../adapter/database-error.ts";
import type { Relation } from "../adapter/relation.ts";
import type { QueryResult, ResultColumn } from "../adapter/result.ts";
import type { WarehouseRequest } from "../context/requests.ts";
import type { SharedScope } from "../context/scope.ts";
import type { BorrowedSession } from "./borrowed-session.ts";
import type { NodeMemory, RunStatement } from "./node-memory.ts";
import type { QuarantineKeeper } from "./quarantine-keeper.ts";
import { type AddComment, withComment } from "./query-comment.ts";
import type { VersionKeeper } from "./version-keeper.ts";

export interface AnswerOptions {
  readonly shared: SharedScope;
  readonly session: BorrowedSession;
  /** unique_id for statement events. */
  readonly nodeId: string;
  /** Adds the query comment to what is sent. */
  readonly comment: AddComment;
  readonly signal: AbortSignal;
  /** The file of the current seed; absent for all other nodes. */
  readonly seed?: () => Promise<SeedFile>;
  /** Called in the node's transaction before its COMMIT, when the rows are those that readers would see; throws to undo it. */
  readonly audit?: () => Promise<void>;
  /** The same before the new relation gets its name, for materializations that tell of it. */
  readonly unpublished?: (relation: Relation) => Promise<void>;
  /** What the node remembers between runs, and what must be atomic with its data; absent where that is nothing. */
  readonly memory?: NodeMemory;
  /** Keeps what the node's relation was; absent where nothing is kept. */
  readonly versions?: VersionKeeper;
  /** Puts rows aside that break a test; absent where none are. */
  readonly quarantine?: QuarantineKeeper;
  /** Told of each statement that is sent. */
  readonly onStatement?: () => void;
}

/** How often a statement that failed for a passing reason is sent again, and how long to wait at first. */
const STATEMENT_ATTEMPTS = 3;
const FIRST_WAIT_MS = 20;

export class RequestAnswerer {
  private lasting = false;

  constructor(private readonly options: AnswerOptions) {}

  /** True once something was done that a rollback does not undo: then the node must not be run again. */
  get hasLastingEffects(): boolean {
    return this.lasting;
  }

  /** False where statements are kept at once, all or those that make relations: `begin` and `commit` then only mark what belongs together. */
  private get undoes(): boolean {
    return this.options.shared.adapter.capabilities.transactions === "ddl";
  }

  /** For `driveAsync`. Throws DatabaseError for what the warehouse refuses, EtlError for a seed that cannot be read. */
  readonly answer = (request: unknown): Promise<unknown> => this.answerTo(request as WarehouseRequest);

  /** Runs a statement of ours in the node's session. */
  readonly run: RunStatement = (sql, fetch) =>
    this.execute({ kind: "execute", sql, fetch, autoBegin: false, limit: null });

  /** The columns that a query gives. @throws DatabaseError for one that the warehouse refuses */
  readonly describe = async (sql: string): Promise<readonly ResultColumn[]> => {
    const { session, comment, signal } = this.options;
    if (signal.aborted) throw interrupted();
    const connection = await session.get();
    return withComment(sql, comment, (sent) => connection.describe(sent));
  };

  private async answerTo(request: WarehouseRequest): Promise<unknown> {
    const { shared, session, signal, seed, memory, unpublished, versions, quarantine } = this.options;
    if (signal.aborted) throw interrupted();
    switch (request.kind) {
      case "execute":
        return this.execute(request);
      case "begin": {
        const connection = await session.get();
        if (!connection.inTransaction) await this.marked("BEGIN", () => connection.begin());
        return null;
      }
      case "commit":
        await this.commit();
        return null;
      case "rollback":
        await session.current?.rollback();
        return null;
      case "cache":
        await shared.relations.ensure(request.schemas);
        return null;
      case "schemas":
        return (await session.warehouse()).listSchemas(request.database);
      case "watermark":
        return memory ? memory.watermark(request.bound, this.run, request.of) : null;
      case "new-rows":
        await memory?.newRows(request.relation, this.run);
        await quarantine?.newRows(request.relation, this.run);
        return null;
      case "unpublished":
        await unpublished?.(request.relation);
        return null;
      case "version-name":
        return versions?.name() ?? null;
      case "note-version":
        versions?.note(request);
        return null;
      case "operate":
        return this.operate(request);
      case "describe":
        return this.describe(request.sql);
      case "seed-columns":
        return (await required(seed)()).columns;
      case "load-seed":
        return this.loadSeed(request);
    }
  }

  /** Does in the node's transaction what must be atomic with its data, and publishes both. */
  private async commit(): Promise<void> {
    const { session, memory, quarantine, audit, versions } = this.options;
    const connection = await session.get();
    if (!connection.inTransaction) return;
    // The watermark has seen the rows that go aside, so that they do not come again; the audit sees those that stay.
    await memory?.beforeCommit(this.run);
    await quarantine?.beforeCommit(this.run);
    await audit?.();
    await versions?.beforeCommit(this.run);
    // An adapter that lost the connection here says that it may be repeated only when it knows that nothing was kept.
    await this.lastingly(
      () => this.marked("COMMIT", () => connection.commit()),
      ({ retry }) => retry !== "never",
    );
  }

  /** @returns the number of rows */
  private async loadSeed({
    target,
    columns,
    unquotedNames,
  }: Extract<WarehouseRequest, { kind: "load-seed" }>): Promise<number> {
    const { session, seed } = this.options;
    const connection = await session.get();
    const file = await required(seed)();
    if (!connection.inTransaction || !this.undoes) this.lasting = true;
    const typed = columns.map((column) => ({ ...inferred(file, column.name), ...column }));
    return this.timed(`-- load ${file.file}`, () =>
      connection.loadCsv(target, { ...file, columns: typed, unquotedNames }),
    );
  }

  private async execute(request: Extract<WarehouseRequest, { kind: "execute" }>): Promise<QueryResult> {
    const { sql, fetch, limit, binds, autoBegin } = request;
    const { session, comment } = this.options;
    const connection = await session.get();
    if (autoBegin && !connection.inTransaction) await this.marked("BEGIN", () => connection.begin());
    const wasInTransaction = connection.inTransaction;
    const isUndoable = wasInTransaction && this.undoes;
    const options = {
      fetch,
      ...(limit === null ? {} : { limit }),
      ...(binds === undefined ? {} : { binds }),
    };
    const run = () =>
      this.repeated(sql, () =>
        withComment(sql, comment, (sent, labels) =>
          this.timed(sent, () => connection.execute(sent, { ...options, labels })),
        ),
      );
    const result = await (isUndoable || isReading(sql)
      ? run()
      : this.lastingly(
          run,
          ({ retry }) => isSingle(sql) && (retry === "transaction" || retry === "statement"),
        ));
    // A COMMIT in the text itself (hooks do that) ends the transaction behind our back.
    if (wasInTransaction && !connection.inTransaction) this.lasting = true;
    return result;
  }

  /**
   * Runs what a rollback does not undo.
   * @param undone whether an error says that the engine kept nothing of it
   */
  private async lastingly<T>(
    work: () => Promise<T>,
    undone: (facts: DatabaseError["facts"]) => boolean,
  ): Promise<T> {
    const before = this.lasting;
    this.lasting = true;
    try {
      return await work();
    } catch (error) {
      if (error instanceof DatabaseError && undone(error.facts)) this.lasting = before;
      throw error;
    }
  }

  private async operate({
    name,
    args,
    reads,
  }: Extract<WarehouseRequest, { kind: "operate" }>): Promise<unknown> {
    const connection = await this.options.session.get();
    const work = () =>
      this.timed(`-- adapter.${name}`, () => required(connection.operate).call(connection, name, args));
    return reads ? work() : this.lastingly(work, ({ retry }) => retry !== "never");
  }

  private async repeated<T>(sql: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseError) || attempt >= STATEMENT_ATTEMPTS) throw error;
        const { retry } = error.facts;
        // Without transactions, a single statement that was undone is all there is to repeat.
        const isAlone = retry === "transaction" && !this.undoes && isSingle(sql);
        if ((retry !== "statement" && !isAlone) || this.options.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (attempt - 1)));
      }
    }
  }

  /** Told as a statement only where one is sent. */
  private marked(word: string, work: () => Promise<void>): Promise<void> {
    return this.undoes ? this.timed(word, work) : work();
  }

  private async timed<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const { shared, nodeId, signal, onStatement } = this.options;
    const { host } = shared;
    // Asked right before each statement: an interrupt that came while nothing ran (the session was borrowed, BEGIN had
    // just ended) cancelled nothing, and the statement would run to its end.
    if (signal.aborted) throw interrupted();
    onStatement?.();
    const started = host.elapsedMs();
    try {
      const result = await work();
      host.emit({
        kind: "statement",
        node: nodeId,
        sql,
        milliseconds: host.elapsedMs() - started,
        ...rowsOf(result),
      });
      return result;
    } catch (error) {
      if (error instanceof DatabaseError) {
        host.emit({
          kind: "statement",
          node: nodeId,
          sql,
          milliseconds: host.elapsedMs() - started,
          error: error.facts.message,
        });
      }
      throw error;
    }
  }
}

function rowsOf(result: unknown): { readonly rows?: number } {
  if (typeof result === "number") return { rows: result };
  const affected = (result as Partial<QueryResult> | undefined)?.affected;
  return affected === undefined ? {} : { rows: affected };
}

/** What the file's cells told about a column, for the one that a macro names. */
function inferred({ columns }: SeedFile, name: string): Partial<SeedColumn> {
  return columns.find((column) => column.name === name) ?? {};
}

/** Statements that change nothing, by their first word. */
function isReading(sql: string): boolean {
  return (
    /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:select|with|from|show|describe|explain|values|table)\b/i.test(
      sql,
    ) && !/\b(?:insert|update|delete|merge)\b/i.test(sql)
  );
}

/** True when a text surely holds one statement: of several, the first may have been kept when the second failed. */
function isSingle(sql: string): boolean {
  return !/;\s*\S/.test(sql);
}

function required<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error("only a seed has a file to load, only some adapters have operations");
  return value;
}
