// type(value).__name__, for messages.

import { PyFloat, PySet, Tuple, type Value } from "./value.ts";

export function typeName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "str";
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    default:
      if (value === null) return "NoneType";
      if (Array.isArray(value)) return "list";
      if (value instanceof Map) return "dict";
      if (value instanceof Tuple) return "tuple";
      if (value instanceof PySet) return "set";
      return value instanceof PyFloat ? "float" : value.typeName;
  }
}
