// The tables of etl's state in one database: made and brought up to date when they are first needed, then read and
// appended to. Statements go through whatever session the caller has, so that a row can be part of the transaction of
// the data that it speaks of.

import type { Adapter } from "../adapter/adapter.ts";
import { makeRelation, type Relation } from "../adapter/relation.ts";
import type { Cell, QueryResult } from "../adapter/result.ts";
import { RelationValue } from "../context/relation-value.ts";
import { Tuple, type Value } from "../jinja/value.ts";
import { InsertText } from "./insert-text.ts";
import { MIGRATIONS, MIGRATIONS_TABLE, NODE_RESULTS, type StateTable } from "./tables.ts";

/** What the store needs of the world. */
export interface StateSession {
  /** Text of a macro of the built-in package, which a project may override. */
  macro(name: string, args: readonly Value[]): Promise<string>;
  execute(sql: string, fetch: boolean): Promise<QueryResult>;
}

/** A cell to be written; a Date is a timestamp in UTC. */
export type StateCell = null | string | number | bigint | Date;

export interface StateQuery {
  /** A column's value, or several of which it is one. */
  readonly where?: Readonly<Record<string, string | readonly string[]>>;
  /** Only rows whose column is not less than a value. */
  readonly since?: Readonly<Record<string, string>>;
  /** Columns to sort by, the greatest first. */
  readonly newestBy?: readonly string[];
  /** Only the newest row of each group of rows that are equal in these columns (and others of the same moment). */
  readonly newestOf?: readonly string[];
  readonly limit?: number;
}

/** A row by column name. */
export type StateRow = Readonly<Record<string, Cell>>;

/** Rows that one INSERT takes. */
const INSERTED = 500;

export class StateStore {
  readonly #inserts = new Map<string, InsertText>();

  constructor(
    private readonly adapter: Adapter,
    readonly database: string | null,
    readonly schema: string,
  ) {}

  /**
   * Creates the tables that are missing, in the session's transaction. The schema must be there.
   * @param known the table of migrations is there · version, now: what is written down about new ones
   * @throws DatabaseError
   */
  async migrate(
    session: StateSession,
    { known, version, now }: { readonly known: boolean; readonly version: string; readonly now: Date },
  ): Promise<void> {
    if (!known) await this.#create(session, MIGRATIONS_TABLE);
    const [newest] = await this.read(session, MIGRATIONS_TABLE, { newestBy: ["version"], limit: 1 });
    const applied = Number(newest?.version ?? 0);
    for (const [index, { creates, indexes }] of MIGRATIONS.entries()) {
      const number = index + 1;
      if (number <= applied) continue;
      for (const table of creates) await this.#create(session, table);
      for (const table of indexes) await this.#index(session, table);
      await this.append(session, MIGRATIONS_TABLE, [
        { version: number, applied_at: now, etl_version: version },
      ]);
    }
  }

  /** Adds rows; columns that a row does not name are null. @throws DatabaseError */
  async append(
    session: StateSession,
    table: StateTable,
    rows: readonly Readonly<Record<string, StateCell>>[],
  ): Promise<void> {
    for (let from = 0; from < rows.length; from += INSERTED)
      await this.#insert(session, table, rows.slice(from, from + INSERTED));
  }

  async #insert(
    session: StateSession,
    table: StateTable,
    rows: readonly Readonly<Record<string, StateCell>>[],
  ): Promise<void> {
    const literals = rows.map((row) => table.columns.map(([name]) => this.#literal(row[name] ?? null)));
    const text = this.#inserts.get(table.name) ?? new InsertText();
    this.#inserts.set(table.name, text);
    const sql = await text.of(literals, (some) =>
      session.macro("state_insert", [
        this.#relation(table),
        this.#columns(table),
        some.map((row) => [...row]),
      ]),
    );
    await session.execute(sql, false);
  }

  /** @throws DatabaseError, also where the table is not there */
  async read(
    session: StateSession,
    table: StateTable,
    { where = {}, since = {}, newestBy = [], newestOf = [], limit }: StateQuery,
  ): Promise<StateRow[]> {
    const types = new Map(table.columns.map(([name, type]) => [name, this.adapter.types.names[type]]));
    const conditions = [
      ...Object.entries(where).map(([name, value]): Value => {
        const isOne = typeof value === "string";
        const literals = isOne ? this.adapter.literal(value) : this.#literals(value);
        return new Tuple([name, isOne ? "=" : "in", literals]);
      }),
      ...Object.entries(since).map(
        ([name, value]): Value =>
          new Tuple([name, ">=", this.adapter.literal(value), types.get(name) ?? null]),
      ),
    ];
    const sql = await session.macro("state_select", [
      this.#relation(table),
      this.#columns(table),
      conditions,
      [...newestBy],
      limit ?? null,
      [...newestOf],
    ]);
    const { rows } = await session.execute(sql, true);
    return rows.map((cells) =>
      Object.fromEntries(table.columns.map(([name], index) => [name, cells[index] ?? null])),
    );
  }

  /**
   * The nodes of a run that took far longer than usual, the worst first.
   * @param run its id · before: ids of earlier runs
   * @returns node_id, seconds, usual_seconds
   * @throws DatabaseError
   */
  async slowerNodes(session: StateSession, run: string, before: readonly string[]): Promise<QueryResult> {
    const sql = await session.macro("state_slower_nodes", [
      this.#relation(NODE_RESULTS),
      this.adapter.literal(run),
      this.#literals(before),
    ]);
    return session.execute(sql, true);
  }

  async #create(session: StateSession, table: StateTable): Promise<void> {
    const sql = await session.macro("state_create_table", [this.#relation(table), this.#columns(table)]);
    await session.execute(sql, false);
  }

  async #index(session: StateSession, table: StateTable): Promise<void> {
    if (table.lookups.length === 0) return;
    const lookups = table.lookups.map((columns): Value => [...columns]);
    const sql = await session.macro("state_create_indexes", [this.#relation(table), lookups]);
    if (sql.trim() !== "") await session.execute(sql, false);
  }

  #relation({ name }: StateTable): RelationValue {
    const relation: Relation = makeRelation(
      { database: this.database, schema: this.schema, identifier: name },
      {
        kind: "table",
        quote: this.adapter.defaultQuoting,
        include: { database: this.database !== null },
      },
    );
    return new RelationValue(relation, this.adapter);
  }

  #columns({ columns }: StateTable): Value {
    return columns.map(([name, type]) => new Tuple([name, this.adapter.types.names[type]]));
  }

  #literals(texts: readonly string[]): Value {
    return texts.map((text) => this.adapter.literal(text));
  }

  #literal(cell: StateCell): string {
    if (cell === null) return "null";
    if (typeof cell === "string") return this.adapter.literal(cell);
    if (cell instanceof Date) return this.adapter.literal(cell.toISOString().slice(0, 23).replace("T", " "));
    return String(cell);
  }
}
