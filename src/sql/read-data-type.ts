// A data type of the parser's tree as text, in lower case: the form in which our own trees carry the type of a cast.
// The parser forgets how a type was spelled, so the names are those that SQL and most engines share.

import { childFields, childList, type Fields, isFields, textField } from "./polyglot-node.ts";

const NAMES: Readonly<Record<string, string>> = {
  tiny_int: "tinyint",
  small_int: "smallint",
  big_int: "bigint",
  int128: "hugeint",
  uint8: "utinyint",
  uint16: "usmallint",
  uint32: "uinteger",
  uint64: "ubigint",
  uint128: "uhugeint",
  var_char: "varchar",
  var_binary: "varbinary",
  var_bit: "varbit",
  text_with_length: "text",
  json_b: "jsonb",
};

/** @returns e.g. "decimal(10,2)", "timestamp with time zone", "struct(a int, b varchar)", "int[]", "map(int, text)" */
export function dataTypeText(type: Fields | undefined): string {
  const kind = type === undefined ? undefined : textField(type, "data_type");
  if (type === undefined || kind === undefined) return "unknown";
  switch (kind) {
    case "custom":
    case "character_set":
      return (textField(type, "name") ?? "unknown").toLowerCase();
    case "array":
    case "list":
      return `${dataTypeText(childFields(type, "element_type"))}[]`;
    case "map":
      return `map(${dataTypeText(childFields(type, "key_type"))}, ${dataTypeText(childFields(type, "value_type"))})`;
    case "struct":
      return `struct(${childList(type, "fields").flatMap(fieldText).join(", ")})`;
    case "nullable":
      return dataTypeText(childFields(type, "inner"));
    case "timestamp":
    case "time":
      return type.timezone === true ? `${kind} with time zone` : kind;
    default:
      return `${NAMES[kind] ?? kind}${sizeText(type)}`;
  }
}

function fieldText(field: unknown): string[] {
  if (!isFields(field)) return [];
  return [`${textField(field, "name") ?? ""} ${dataTypeText(childFields(field, "data_type"))}`.trim()];
}

function sizeText(type: Fields): string {
  const sizes = [type.length, type.precision, type.scale].filter((size) => typeof size === "number");
  return sizes.length === 0 ? "" : `(${sizes.join(",")})`;
}
