// The comment that statements carry to the warehouse: who runs them, and for which node. Its text is a template
// (`query-comment` of dbt_project.yml) that is rendered once a node, when the node's first statement is sent.
// Behaviour of dbt (adapters/base/query_headers.py).

import { DatabaseError } from "../adapter/database-error.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import { DBT_VERSION } from "../config/require-version.ts";
import { diagnose } from "../context/diagnose.ts";
import { createGlobals } from "../context/globals.ts";
import type { NodeScope, SharedScope } from "../context/scope.ts";
import { drive } from "../jinja/drive.ts";
import type { Template } from "../jinja/environment.ts";
import { JinjaError } from "../jinja/errors.ts";
import { toJson } from "../jinja/json.ts";
import { PyObject, type Value } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";
import { nodeToValue } from "../manifest/node-json.ts";

/** What a statement looks like when it is sent. */
export interface CommentedSql {
  readonly sql: string;
  /** How many characters stand before the statement itself. */
  readonly offset: number;
  /** What the statement belongs to, for engines that label jobs. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Adds the comment of one node to statements. Throws EtlError(query-comment), JinjaError. */
export type AddComment = (sql: string) => CommentedSql;

/** Made once for an invocation. */
export class QueryComments {
  private template: Template | undefined;

  /** @param bare the scope in which nothing belongs to a node */
  constructor(
    private readonly shared: SharedScope,
    private readonly manifest: Manifest,
    private readonly bare: (name: string, extra: ReadonlyMap<string, Value>) => NodeScope,
  ) {}

  /**
   * @param id of the node whose statements are sent
   * @param connection what is worked for instead, when it is no node: "master" for hooks of the run
   */
  for(id: NodeId, connection?: string): AddComment {
    const settings = this.shared.config.project.queryComment;
    const invocation = { dbt_invocation_id: this.shared.invocation.id };
    if (!settings) return (sql) => plain(sql, invocation);
    let comment: string | undefined;
    let labels: CommentedSql["labels"] = invocation;
    return (sql) => {
      comment ??=
        settings.comment === null
          ? this.facts(id, connection)
          : this.render(settings.comment, id, connection);
      if (comment === "") return plain(sql, invocation);
      if (settings.jobLabel && labels === invocation) labels = { ...labelsOf(comment), ...invocation };
      return (settings.append ?? this.shared.adapter.appendsQueryComment)
        ? appended(sql, comment, labels)
        : prepended(sql, comment, labels);
    };
  }

  /** dbt's own comment: who runs the statement, as JSON. */
  private facts(id: NodeId, connection: string | undefined): string {
    const { profile, target } = this.shared.config.profile;
    const facts: [string, string][] = [
      ["app", "dbt"],
      ["dbt_version", DBT_VERSION],
      ["profile_name", profile],
      ["target_name", target],
      connection === undefined ? ["node_id", id] : ["connection_name", connection],
    ];
    return toJson(new Map<Value, Value>(facts)).replaceAll("*/", "* /");
  }

  /**
   * Makes the comment of one node, before anything is sent.
   * @throws EtlError when it cannot be made: then no statement could be sent
   */
  check(id: NodeId): void {
    try {
      this.for(id)("");
    } catch (error) {
      if (!(error instanceof JinjaError)) throw error;
      const place = this.shared.config.project.place(["query-comment"]);
      throw new EtlError([diagnose(error, { subject: "query-comment", place })], { cause: error });
    }
  }

  private render(text: string, id: NodeId, connection: string | undefined): string {
    const { environment, config } = this.shared;
    const place = config.project.place(["query-comment"]);
    // The text begins on the second line of the macro.
    this.template ??= environment.compile({ file: place.file, text: asMacro(text), line: place.line - 1 });
    const node = connection === undefined ? new CommentedNode(id, this.manifest) : null;
    const names = new Map<string, Value>([
      ["connection_name", connection ?? id],
      ["node", node],
    ]);
    const globals = createGlobals(this.bare("query comment", names));
    const refuse = () => {
      throw new EtlError([
        errorAt("query-comment", "query-comment asks the warehouse, though every query carries it", place),
      ]);
    };
    const comment = drive(this.template.render(globals), refuse).text.trim();
    if (!comment.includes("*/")) return comment;
    throw new EtlError([
      errorAt("query-comment", `query-comment holds "*/", which would end it: ${comment}`, place),
    ]);
  }
}

/** A macro, since comments `return` their text. */
function asMacro(text: string): string {
  return `{%- macro query_comment_macro(connection_name, node) -%}\n${text}\n{%- endmacro -%}{{ query_comment_macro(connection_name, node) }}`;
}

/** `job-label: true`: the facts of a comment that is JSON, else the comment as one label (dbt-bigquery's name). */
function labelsOf(comment: string): Readonly<Record<string, string>> {
  try {
    const facts: unknown = JSON.parse(comment);
    if (typeof facts === "object" && facts !== null && !Array.isArray(facts))
      return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
  } catch {
    // A comment in plain words.
  }
  return { query_comment: comment };
}

function plain(sql: string, labels: CommentedSql["labels"]): CommentedSql {
  return { sql, offset: 0, labels };
}

function prepended(sql: string, comment: string, labels: CommentedSql["labels"]): CommentedSql {
  const head = `/* ${comment} */\n`;
  return { sql: head + sql, offset: head.length, labels };
}

function appended(sql: string, comment: string, labels: CommentedSql["labels"]): CommentedSql {
  const statement = sql.trimEnd();
  const ended = statement.endsWith(";");
  return {
    sql: `${ended ? statement.slice(0, -1) : statement}\n/* ${comment} */${ended ? ";" : ""}`,
    offset: 0,
    labels,
  };
}

/**
 * Sends a statement with its comment. An error that the warehouse answers points into the statement as it was before.
 * @throws what `send` throws
 */
export async function withComment<T>(
  sql: string,
  add: AddComment,
  send: (sql: string, labels: CommentedSql["labels"]) => Promise<T>,
): Promise<T> {
  const commented = add(sql);
  try {
    return await send(commented.sql, commented.labels);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sql !== commented.sql) throw error;
    const { position, ...facts } = error.facts;
    const own = position === undefined ? undefined : position - commented.offset;
    const placed = own === undefined || own < 0 || own > sql.length ? facts : { ...facts, position: own };
    throw new DatabaseError(placed, sql, { cause: error.cause });
  }
}

/** `node` of a comment: a node whose unknown attributes are empty; only what is asked for is made. */
class CommentedNode extends PyObject {
  override readonly typeName = "QueryHeaderContextWrapper";
  private value: ReadonlyMap<Value, Value> | undefined;

  constructor(
    private readonly id: NodeId,
    private readonly manifest: Manifest,
  ) {
    super();
  }

  override getAttribute(name: string): Value {
    if (name === "unique_id") return this.id;
    const resource = this.manifest.resources.get(this.id);
    this.value ??= resource ? nodeToValue(resource, this.manifest) : new Map();
    return this.value.get(name) ?? "";
  }
}
