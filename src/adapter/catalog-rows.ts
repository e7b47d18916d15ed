// Relations and the catalog of a warehouse from one query each: what adapters that ask for them in bulk have in common.

import type { CatalogRelation } from "./adapter.ts";
import { makeRelation, type Relation, type RelationKind, type SchemaName } from "./relation.ts";
import type { Cell } from "./result.ts";

/** How an engine that is asked database by database takes names. */
export interface NamesByDatabase {
  /** The database of schemas that are written without one. */
  readonly home: string;
  /** Gives the name of a database as it is asked for. */
  database(name: string): string;
  /** The same of a schema. */
  schema(name: string): string;
}

/** @returns the schemas of each database, each once and in order of name; what has no schema is left out */
export function schemasByDatabase(
  schemas: readonly SchemaName[],
  names: NamesByDatabase,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { database, schema } of schemas) {
    if (schema === null) continue;
    const asked = names.database(database ?? names.home);
    found.set(asked, (found.get(asked) ?? new Set()).add(names.schema(schema)));
  }
  return new Map([...found].map(([database, wanted]) => [database, [...wanted].sort()]));
}

/** @param row database, schema, name and kind of a relation */
export function relationOfRow([database, schema, identifier, kind]: readonly Cell[]): Relation {
  return makeRelation(
    { database: String(database), schema: String(schema), identifier: String(identifier) },
    { kind: String(kind) as RelationKind },
  );
}

/**
 * @param rows one a column, sorted by relation and position: database, schema, relation, kind, owner, comment of the
 *   relation, name, position, type and comment of the column
 */
export function groupCatalogRows(rows: Iterable<readonly Cell[]>): CatalogRelation[] {
  const found: (CatalogRelation & { readonly columns: CatalogRelation["columns"][number][] })[] = [];
  for (const row of rows) {
    const [database, schema, identifier, , owner, comment, name, index, type, note] = row;
    let last = found.at(-1);
    const { relation } = last ?? {};
    const isSame =
      relation?.database === database && relation?.schema === schema && relation?.identifier === identifier;
    if (!isSame) {
      last = {
        relation: relationOfRow(row),
        owner: textOrNull(owner),
        comment: textOrNull(comment),
        columns: [],
        stats: {},
      };
      found.push(last);
    }
    last?.columns.push({
      name: String(name),
      index: Number(index),
      type: String(type),
      comment: textOrNull(note),
    });
  }
  return found;
}

function textOrNull(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}
