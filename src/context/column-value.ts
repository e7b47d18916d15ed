// `api.Column` and the columns that the adapter gives to templates. Behaviour follows dbt's Column (dbt-adapters,
// base/column.py) with the struct fields of dbt-duckdb; which types are numbers is asked of the adapter.

import type { Adapter, TypeSystem } from "../adapter/adapter.ts";
import { equals, toText } from "../jinja/operations.ts";
import { type Kwargs, NativeFunction, PyObject, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { bindArguments, hostFunction } from "./host-function.ts";

/** Text as dbt's own Column knows it. */
const TEXT: NonNullable<TypeSystem["text"]> = {
  types: ["text", "character varying", "character", "varchar"],
  size: 256,
  sized: (size) => `character varying(${size})`,
};

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly size: Value;
  readonly precision: Value;
  readonly scale: Value;
}

export class ColumnValue extends PyObject {
  override readonly typeName = "Column";

  constructor(
    readonly facts: ColumnFacts,
    readonly adapter: Adapter,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return Object.hasOwn(members, name) ? members[name]?.(this) : staticMember(name, this.adapter);
  }

  isString(): boolean {
    return textOf(this.adapter).types.includes(this.facts.type.toLowerCase());
  }

  /** True for a bare type name of that family; `decimal(18,3)` as a whole is none, as in dbt. */
  is(family: "integer" | "float" | "decimal"): boolean {
    const { type } = this.facts;
    return !type.includes("(") && this.adapter.types.family(type) === family;
  }

  stringSize(): number {
    if (!this.isString())
      fail("DbtRuntimeError", `Called string_size() on non-string field ${this.facts.name}`);
    const { size, type } = this.facts;
    return type === "text" || size === null ? textOf(this.adapter).size : Number(size);
  }

  /**
   * The type for DDL. Text without a length gets dbt's default length where the engine ignores lengths anyway
   * (DuckDB); elsewhere (Postgres) it stays as it is, since 256 would cut values.
   */
  dataType(): string {
    const { type, size, precision, scale } = this.facts;
    if (this.isString()) {
      const sized = stringType(this.stringSize(), this.adapter);
      const lengthMatters = this.adapter.types.normalize(sized) !== this.adapter.types.normalize(type);
      return size === null && lengthMatters ? type : sized;
    }
    return this.is("decimal") ? numericType(type, precision, scale) : type;
  }

  fields(): ColumnValue[] {
    return structFields(this.facts.type).map(({ name, type }) => plainColumn(name, type, this.adapter));
  }

  /** Leaves of a struct as `outer.inner`; any other column itself. */
  flatten(): ColumnValue[] {
    if (!isStruct(this.facts.type)) return [this];
    return this.fields().flatMap((field) =>
      field
        .flatten()
        .map((leaf) => plainColumn(`${this.facts.name}.${leaf.facts.name}`, leaf.facts.type, this.adapter)),
    );
  }

  override toText(): string {
    return `<Column ${this.facts.name} (${this.dataType()})>`;
  }

  override equals(other: Value): boolean {
    if (!(other instanceof ColumnValue)) return false;
    const [a, b] = [this.facts, other.facts];
    const same = a.name === b.name && a.type === b.type;
    return same && equals(a.size, b.size) && equals(a.precision, b.precision) && equals(a.scale, b.scale);
  }
}

/** The class: `api.Column(name, dtype)`, `api.Column.create`, `.translate_type` ... */
export class ColumnFactory extends PyObject {
  override readonly typeName = "type";

  constructor(readonly adapter: Adapter) {
    super();
  }

  override call(args: readonly Value[], kwargs: Kwargs): Value {
    const parameters = ["column", "dtype", "char_size?", "numeric_precision?", "numeric_scale?"] as const;
    const [name, type, size, precision, scale] = bindArguments("Column", parameters, args, kwargs);
    return new ColumnValue(
      {
        name: toText(name),
        type: toText(type),
        size: size ?? null,
        precision: precision ?? null,
        scale: scale ?? null,
      },
      this.adapter,
    );
  }

  override getAttribute(name: string): Value | undefined {
    return staticMember(name, this.adapter);
  }

  override toText(): string {
    return "<class 'Column'>";
  }
}

/** A column with a type and nothing else. */
export function plainColumn(name: string, type: string, adapter: Adapter): ColumnValue {
  return new ColumnValue({ name, type, size: null, precision: null, scale: null }, adapter);
}

const members: Readonly<Record<string, (self: ColumnValue) => Value>> = {
  column: (self) => self.facts.name,
  name: (self) => self.facts.name,
  dtype: (self) => self.facts.type,
  char_size: (self) => self.facts.size,
  numeric_precision: (self) => self.facts.precision,
  numeric_scale: (self) => self.facts.scale,
  quoted: (self) => self.adapter.quote(self.facts.name),
  data_type: (self) => self.dataType(),
  expanded_data_type: (self) => self.dataType(),
  fields: (self) => self.fields(),
  is_string: (self) => new NativeFunction("is_string", () => self.isString()),
  is_number: (self) =>
    new NativeFunction("is_number", () => self.is("integer") || self.is("decimal") || self.is("float")),
  is_float: (self) => new NativeFunction("is_float", () => self.is("float")),
  is_integer: (self) => new NativeFunction("is_integer", () => self.is("integer")),
  is_numeric: (self) => new NativeFunction("is_numeric", () => self.is("decimal")),
  is_struct: (self) => new NativeFunction("is_struct", () => isStruct(self.facts.type)),
  flatten: (self) => new NativeFunction("flatten", () => self.flatten()),
  string_size: (self) => new NativeFunction("string_size", () => self.stringSize()),
  literal: (self) => hostFunction("literal", ["value"], (value) => `${toText(value)}::${self.dataType()}`),
  can_expand_to: (self) =>
    hostFunction("can_expand_to", ["other_column"], (other) => canExpandTo(self, other)),
};

/** True when both are text and the other one is longer. */
export function canExpandTo(column: ColumnValue, other: Value): boolean {
  if (!(other instanceof ColumnValue) || !column.isString() || !other.isString()) return false;
  return other.stringSize() > column.stringSize();
}

function staticMember(name: string, adapter: Adapter): Value | undefined {
  switch (name) {
    case "translate_type":
      return hostFunction(name, ["dtype"], (type) => translateType(toText(type), adapter));
    case "create":
      return hostFunction(name, ["name", "label_or_dtype"], (column, type) =>
        plainColumn(toText(column), translateType(toText(type), adapter), adapter),
      );
    case "from_description":
      return hostFunction(name, ["name", "raw_data_type"], (column, type) =>
        fromDescription(toText(column), toText(type), adapter),
      );
    case "string_type":
      return hostFunction(name, ["size"], (size) => stringType(size, adapter));
    case "numeric_type":
      return hostFunction(name, ["dtype", "precision", "scale"], (type, precision, scale) =>
        numericType(toText(type), precision, scale),
      );
    default:
      return undefined;
  }
}

/** dbt translates the one label "string"; the other abstract types are what the type_* macros print. */
export function translateType(type: string, adapter: Adapter): string {
  return type.toUpperCase() === "STRING" ? adapter.types.names.string : type;
}

/** A SQL type for text of that length. */
export function stringType(size: Value, adapter: Adapter): string {
  return textOf(adapter).sized(toText(size));
}

function textOf({ types }: Adapter): NonNullable<TypeSystem["text"]> {
  return types.text ?? TEXT;
}

function numericType(type: string, precision: Value, scale: Value): string {
  return precision === null || scale === null ? type : `${type}(${toText(precision)},${toText(scale)})`;
}

/** "decimal(18,3)" taken apart; one number is a length, two are precision and scale. */
function fromDescription(name: string, description: string, adapter: Adapter): ColumnValue {
  const match = /^([^(]+)(?:\(([^)]+)\))?/.exec(description);
  if (!match?.[1]) fail("DbtRuntimeError", `Could not interpret data type "${description}"`);
  const numbers = match[2]?.split(",").map((part) => integer(part, description)) ?? [];
  const [first = null, second = null] = numbers;
  const sizes =
    numbers.length === 2
      ? { size: null, precision: first, scale: second }
      : { size: first, precision: null, scale: null };
  return new ColumnValue({ name, type: match[1], ...sizes }, adapter);
}

function integer(text: string, description: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) {
    fail(
      "DbtRuntimeError",
      `Could not interpret data_type "${description}": could not convert "${text}" to an integer`,
    );
  }
  return Number(text);
}

function isStruct(type: string): boolean {
  return type.toLowerCase().startsWith("struct");
}

/** The fields of `STRUCT(a VARCHAR, b DECIMAL(10, 2))` or `STRUCT<a INT64>`, split at commas outside of brackets. */
function structFields(type: string): { readonly name: string; readonly type: string }[] {
  const content = /^STRUCT\s*[(<](.*)[)>]/is.exec(type)?.[1];
  if (content === undefined) return [];
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= content.length; i++) {
    const character = content[i];
    if (character === "(" || character === "<") depth++;
    else if (character === ")" || character === ">") depth--;
    if (character === undefined || (character === "," && depth === 0)) {
      parts.push(content.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parts.map((part) => {
    const space = part.indexOf(" ");
    return { name: part.slice(0, space).replaceAll("`", ""), type: part.slice(space + 1).trim() };
  });
}
