// `adapter.*` methods that ask how the warehouse's databases are attached (dbt-duckdb's names); answered from the
// visible part of the credentials.

import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import { type AdapterMethod, method } from "./adapter-method.ts";
import type { NodeContext } from "./node-context.ts";
import { RelationValue } from "./relation-value.ts";

interface Attachment {
  readonly alias: string;
  readonly path: string;
  readonly isDuckLake: boolean;
}

function attachments(context: NodeContext): readonly Attachment[] {
  const { visible, database } = context.scope.shared.credentials;
  const listed = Array.isArray(visible.attach) ? visible.attach : [];
  const main = { path: visible.path ?? "", alias: database, is_ducklake: visible.is_ducklake ?? false };
  return [main, ...listed].flatMap((entry) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [];
    const fields = entry as Readonly<Record<string, unknown>>;
    const path = String(fields.path ?? "");
    const isDuckLake =
      path.startsWith("ducklake:") || fields.is_ducklake === true || fields.type === "ducklake";
    return [{ path, alias: String(fields.alias ?? ""), isDuckLake }];
  });
}

function isDuckLake(context: NodeContext, relation: Value): boolean {
  if (!(relation instanceof RelationValue)) return false;
  const { database } = relation.relation;
  return (
    database !== null &&
    attachments(context).some((attached) => attached.isDuckLake && attached.alias === toText(database))
  );
}

export const attachmentMethods: Readonly<Record<string, AdapterMethod>> = {
  is_motherduck: method([], undefined, (context) =>
    attachments(context).some(({ path }) => /^(md|motherduck):/.test(path)),
  ),
  is_ducklake: method(["relation"], undefined, isDuckLake),
  // Needed by DuckDB before 1.5.3 only; the engine that comes with etl is newer.
  use_ducklake_table_workarounds: method(["relation"], undefined, () => false),
  disable_transactions: method(
    [],
    undefined,
    (context) => context.scope.shared.credentials.visible.disable_transactions === true,
  ),
};
