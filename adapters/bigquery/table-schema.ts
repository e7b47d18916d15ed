// Changes of a table's schema as the API has it, down to the fields of structs, which SQL cannot change.

import { isOperationMap, type OperationData, type OperationMap } from "../../src/adapter/operation.ts";
import type { ApiField } from "./types.ts";

/**
 * A field with the descriptions and policy tags of the columns that a project documents.
 * @param columns by name; fields of structs by dotted names
 */
export function described(field: ApiField, columns: OperationMap, above = ""): ApiField {
  const name = above + field.name;
  const column = byName(columns, name);
  const { fields } = field;
  const isStruct = fields !== undefined && fields.length > 0;
  return {
    ...field,
    ...(isOperationMap(column) && (column.description || field.description !== undefined)
      ? { description: String(column.description ?? "") }
      : {}),
    ...(isOperationMap(column) && Array.isArray(column.policy_tags) && !isStruct
      ? { policyTags: { names: column.policy_tags.map(String) } }
      : {}),
    ...(isStruct ? { fields: fields.map((one) => described(one, columns, `${name}.`)) } : {}),
  };
}

function byName(columns: OperationMap, name: string): OperationData | undefined {
  if (Object.hasOwn(columns, name)) return columns[name];
  const wanted = name.toLowerCase();
  return Object.entries(columns).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/**
 * Fields with those that only the other table has, in structs too; new ones may be null, since old rows have none.
 * @returns the same list when nothing is missing
 */
export function withFields(fields: readonly ApiField[], others: readonly ApiField[]): readonly ApiField[] {
  const known = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const added = others.filter(({ name }) => !known.has(name.toLowerCase())).map(nullable);
  const widened = fields.map((field) => {
    const other = others.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    if (field.fields === undefined || other?.fields === undefined) return field;
    const inner = withFields(field.fields, other.fields);
    return inner === field.fields ? field : { ...field, fields: inner };
  });
  const isSame = added.length === 0 && widened.every((field, i) => field === fields[i]);
  return isSame ? fields : [...widened, ...added];
}

function nullable(field: ApiField): ApiField {
  return field.mode === "REQUIRED" ? { ...field, mode: "NULLABLE" } : field;
}
