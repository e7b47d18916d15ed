// The program of the process behind `checker.ts`: an empty database in memory, in which relations are made as the queries
// need them and queries are bound, never run. Files, network and extensions are out of its reach once it is set up.

import { type DuckDBConnection, DuckDBInstance, StatementType } from "@duckdb/node-api";
import type { EmptyRelation, Verdict } from "../../src/adapter/query-checker.ts";
import { nearest } from "../../src/base/nearest.ts";
import { windowFunctions } from "../../src/sql/window-functions.ts";
import type { CheckerQuestion, CheckerSetup } from "./checker.ts";
import { databaseError } from "./errors.ts";
import { grammarFunctions } from "./grammar-functions.ts";
import { literal, quote } from "./names.ts";
import { missingName, refusalOf } from "./refusal.ts";
import { columnsOf } from "./results.ts";

/** The database that every instance in memory has. */
const OWN_DATABASE = "memory";

interface MadeRelation {
  readonly path: string;
  readonly kind: "TABLE" | "VIEW";
  /** The statement that made it. */
  readonly sql: string;
}

class EmptyDatabase {
  /** By key: the relations that are there. */
  readonly #made = new Map<string, MadeRelation>();
  /** Keys of relations by the last word of their names. */
  readonly #byWord = new Map<string, Set<string>>();
  readonly #spaces = new Set<string>([OWN_DATABASE]);
  #functions: readonly string[] | undefined;

  /** @param lacksFunctions an extension is not there, whose functions are unknown to this engine */
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly database: string,
    private readonly lacksFunctions: boolean,
  ) {}

  static async open({ database, settings, extensions }: CheckerSetup): Promise<EmptyDatabase> {
    const instance = await DuckDBInstance.create(":memory:", {
      errors_as_json: "true",
      threads: "1",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    const tryRun = (sql: string) =>
      connection.run(sql).then(
        () => true,
        () => false,
      );
    let lacksFunctions = false;
    for (const name of extensions) if (!(await tryRun(`LOAD ${quote(name)}`))) lacksFunctions = true;
    // Settings of extensions that are not there mean nothing to queries that can be bound here.
    for (const [name, value] of Object.entries(settings)) await tryRun(`SET ${name} = ${literal(value)}`);
    const empty = new EmptyDatabase(connection, database, lacksFunctions);
    await empty.#space(database, "main");
    await connection.run(`USE ${quote(database)}.main`);
    await connection.run("SET errors_as_json = true");
    await connection.run("PRAGMA disable_optimizer");
    await connection.run("SET enable_external_access = false");
    return empty;
  }

  async check({ sql, relations }: CheckerQuestion): Promise<Verdict> {
    try {
      await this.#dropOthers(sql, relations);
      for (const relation of relations) await this.#make(relation);
    } catch {
      // A type that only the user's database has, or columns that no table can have.
      return { kind: "unsure" };
    }
    try {
      const statements = await this.connection.extractStatements(sql);
      if (statements.count !== 1) return { kind: "unsure" };
      const prepared = await statements.prepare(0);
      try {
        if (prepared.statementType !== StatementType.SELECT) return { kind: "unsure" };
        return { kind: "accepted", columns: columnsOf(prepared).map(({ name, type }) => ({ name, type })) };
      } finally {
        prepared.destroySync();
      }
    } catch (error) {
      return this.#refused(error, sql);
    }
  }

  async #refused(error: unknown, sql: string): Promise<Verdict> {
    const { facts } = databaseError(error, sql);
    const refusal = refusalOf(facts);
    if (refusal === undefined) return { kind: "unsure" };
    if (refusal.ground !== "catalog") return { kind: "refused", refusal };
    if (this.lacksFunctions) return { kind: "unsure" };
    const name = missingName(facts.message) ?? "";
    if (refusal.mistake !== "function")
      return nearest(name, facts.candidates ?? []) === undefined
        ? { kind: "unsure" }
        : { kind: "refused", refusal };
    // Without OVER the engine does not know those by name.
    const near = windowFunctions.includes(name.toLowerCase())
      ? name
      : nearest(name, await this.#functionNames());
    const candidates = near === undefined ? [] : [near];
    return { kind: "refused", refusal: { ...refusal, facts: { ...facts, candidates } } };
  }

  /** The engine proposes one name, which is seldom the one that was meant. */
  async #functionNames(): Promise<readonly string[]> {
    if (this.#functions === undefined) {
      const result = await this.connection.run("SELECT DISTINCT function_name FROM duckdb_functions()");
      const listed = (await result.getRows()).map(([name]) => String(name));
      this.#functions = [...listed, ...grammarFunctions, ...windowFunctions];
    }
    return this.#functions;
  }

  /** Columns of a known type make a table; NULLs of a view bind as anything. */
  async #make({ name, columns }: EmptyRelation): Promise<void> {
    const isTyped = columns.length > 0 && columns.every(({ type }) => type !== null);
    const path = pathOf(name);
    const kind = isTyped ? "TABLE" : "VIEW";
    const list = columns.map(({ name: column, type }) =>
      isTyped
        ? `${quote(column)} ${type}`
        : `${type === null ? "NULL" : `CAST(NULL AS ${type})`} AS ${quote(column)}`,
    );
    const sql = isTyped
      ? `CREATE TABLE ${path} (${list.join(", ")})`
      : `CREATE VIEW ${path} AS SELECT ${list.length === 0 ? "NULL" : list.join(", ")}`;
    const key = path.toLowerCase();
    const known = this.#made.get(key);
    if (known?.sql === sql) return;
    if (known !== undefined) await this.#drop(key, known);
    if (name.length > 1)
      await this.#space(name.length > 2 ? (name[0] ?? "") : this.database, name.at(-2) ?? "");
    await this.connection.run(sql);
    this.#made.set(key, { path, kind, sql });
    const word = lastWord(key);
    const alike = this.#byWord.get(word) ?? new Set();
    this.#byWord.set(word, alike.add(key));
  }

  async #drop(key: string, { path, kind }: MadeRelation): Promise<void> {
    this.#made.delete(key);
    this.#byWord.get(lastWord(key))?.delete(key);
    await this.connection.run(`DROP ${kind} ${path}`);
  }

  /**
   * Drops what earlier queries needed and this one may name too: who asks does not know what that is here, so it must not
   * be found with the columns that another query reads of it.
   */
  async #dropOthers(sql: string, relations: readonly EmptyRelation[]): Promise<void> {
    const wanted = new Set(relations.map(({ name }) => pathOf(name).toLowerCase()));
    for (const word of new Set(wordsIn(sql))) {
      for (const key of [...(this.#byWord.get(word) ?? [])]) {
        const made = this.#made.get(key);
        if (made !== undefined && !wanted.has(key)) await this.#drop(key, made);
      }
    }
  }

  /** Makes a database and a schema of it, where they are not there yet. */
  async #space(database: string, schema: string): Promise<void> {
    const [first, second] = [database.toLowerCase(), `${database}\0${schema}`.toLowerCase()];
    if (!this.#spaces.has(first)) await this.connection.run(`ATTACH ':memory:' AS ${quote(database)}`);
    this.#spaces.add(first);
    if (!this.#spaces.has(second))
      await this.connection.run(`CREATE SCHEMA IF NOT EXISTS ${quote(database)}.${quote(schema)}`);
    this.#spaces.add(second);
  }
}

function pathOf(name: readonly string[]): string {
  return name.map(quote).join(".");
}

/** Words as they stand in names, in lower case. */
function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

function lastWord(key: string): string {
  return wordsIn(key).at(-1) ?? "";
}

/** Questions are answered one after the other, in the order in which they came. */
let last: Promise<EmptyDatabase> | undefined;

process.on("message", (message: CheckerSetup | CheckerQuestion) => {
  if (message.kind === "setup") {
    last = EmptyDatabase.open(message);
    return;
  }
  last = last?.then(async (database) => {
    process.send?.(await database.check(message));
    return database;
  });
});
// The one who asks has ended, maybe while the engine still works.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// An interrupt of the terminal reaches the whole group; who asks decides what it means.
process.on("SIGINT", () => undefined);
