// The result of a query as templates see it, with the names of an agate table: `.columns[0].values()`, `.rows[0][0]`,
// `.column_names`, `.print_table()` ... Tables never change; select, limit and the like give new ones.

import { callValue, equals, getAttribute, toText, truth } from "../jinja/operations.ts";
import {
  type Effectful,
  type Kwargs,
  NativeFunction,
  NO_KWARGS,
  PyFloat,
  PyObject,
  Tuple,
  type Value,
} from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { bindArguments, hostFunction } from "./host-function.ts";
import { compareValues, MappedSequence, RowValue, TableColumn } from "./mapped-sequence.ts";
import type { AgateTypeName, TableData } from "./table-data.ts";
import { csvText, jsonText, structureText, tableText } from "./table-text.ts";

export type { AgateTypeName, TableData } from "./table-data.ts";

/** `column.data_type` and the items of `table.column_types`. */
export class AgateType extends PyObject {
  constructor(override readonly typeName: AgateTypeName) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "csvify") return hostFunction(name, ["d"], (value) => this.csvText(value));
    if (name === "jsonify") return hostFunction(name, ["d"], (value) => this.jsonValue(value));
    return undefined;
  }

  override equals(other: Value): boolean {
    return other instanceof AgateType && other.typeName === this.typeName;
  }

  /** A value of the column as CSV files show it (agate, DataType.csvify). */
  private *csvText(value: Value): Effectful<Value> {
    if (value === null) return null;
    const isMoment = this.typeName === "Date" || this.typeName === "DateTime";
    return isMoment ? yield* callValue(getAttribute(value, "isoformat"), [], NO_KWARGS) : toText(value);
  }

  /** A value of the column as JSON can hold it (agate, DataType.jsonify). */
  private *jsonValue(value: Value): Effectful<Value> {
    if (value === null || this.typeName === "Boolean" || this.typeName === "Integer") return value;
    return this.typeName === "Number" ? new PyFloat(Number(toText(value))) : yield* this.csvText(value);
  }
}

/** Where print_table and print_csv write to. */
export type Print = (text: string) => void;

export class TableValue extends PyObject {
  override readonly typeName = "Table";
  private madeRows: MappedSequence | undefined;
  private madeColumns: MappedSequence | undefined;

  constructor(
    readonly data: TableData,
    private readonly print: Print,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "rows":
        return this.rows;
      case "columns":
        return this.columns;
      case "column_names":
        return new Tuple(this.data.names);
      case "column_types":
        return new Tuple(this.data.types.map((type) => new AgateType(type)));
      case "row_names":
        return null;
      default:
        return Object.hasOwn(methods, name) ? methods[name]?.(this) : undefined;
    }
  }

  override getItem(key: Value): Value | undefined {
    return this.rows.getItem(key);
  }

  get rows(): MappedSequence {
    this.madeRows ??= new MappedSequence(
      this.data.rows.map((row) => new RowValue(row, this.data.names)),
      undefined,
    );
    return this.madeRows;
  }

  get columns(): MappedSequence {
    this.madeColumns ??= new MappedSequence(
      this.data.names.map((name, i) => this.column(name, i)),
      this.data.names,
    );
    return this.madeColumns;
  }

  override iterate(): Iterable<Value> {
    return this.rows.items;
  }

  override size(): number {
    return this.data.rows.length;
  }

  override truth(): boolean {
    return this.data.rows.length > 0;
  }

  override toText(): string {
    return structureText(this.data);
  }

  override toRepr(): string {
    return "<agate.table.Table object>";
  }

  /** A table with other rows or columns that prints to the same place. */
  with(data: Partial<TableData>): TableValue {
    return new TableValue({ ...this.data, ...data }, this.print);
  }

  write(text: string): null {
    this.print(text);
    return null;
  }

  /** Indexes of columns by name or number; an unknown name is a mistake. */
  indexes(keys: Value): number[] {
    const list = keys instanceof Tuple ? keys.items : Array.isArray(keys) ? keys : [keys];
    return list.map((key) => {
      const index = typeof key === "number" ? key : this.data.names.indexOf(toText(key));
      return index in this.data.names
        ? index
        : fail(
            "KeyError",
            `the result has no column "${toText(key)}"`,
            `columns: ${this.data.names.join(", ")}`,
          );
    });
  }

  /** The table with only these columns, in this order. */
  project(indexes: readonly number[]): TableValue {
    const pick = <T>(items: readonly T[]): T[] => indexes.map((i) => items[i] as T);
    return this.with({
      names: pick(this.data.names),
      types: pick(this.data.types),
      rows: this.data.rows.map(pick),
    });
  }

  private column(name: string, index: number): TableColumn {
    const values = this.data.rows.map((row) => row[index] ?? null);
    return new TableColumn(name, index, new AgateType(this.data.types[index] ?? "Text"), values);
  }
}

/** A table without columns and rows, which dbt puts where a statement gave none. */
export function emptyTable(print: Print): TableValue {
  return new TableValue({ names: [], types: [], rows: [] }, print);
}

const methods: Readonly<Record<string, (self: TableValue) => Value>> = {
  print_table: (self) =>
    new NativeFunction("print_table", (args, kwargs) => self.write(printed(self, args, kwargs))),
  print_structure: (self) =>
    new NativeFunction("print_structure", () => self.write(structureText(self.data))),
  print_csv: (self) => new NativeFunction("print_csv", () => self.write(csvText(self.data))),
  print_json: (self) => new NativeFunction("print_json", () => self.write(jsonText(self.data))),
  select: (self) => hostFunction("select", ["key"], (key) => self.project(self.indexes(key))),
  exclude: (self) => hostFunction("exclude", ["key"], (key) => exclude(self, key)),
  limit: (self) =>
    hostFunction("limit", ["start_or_stop", "stop?", "step?"], (start, stop, step) =>
      limit(self, start, stop, step),
    ),
  order_by: (self) =>
    hostFunction("order_by", ["key", "reverse?"], (key, reverse) => orderBy(self, key, reverse ?? false)),
  distinct: (self) => hostFunction("distinct", ["key?"], (key) => distinctRows(self, key)),
  group_by: (self) => hostFunction("group_by", ["key"], (key) => groupRows(self, key)),
  rename: (self) =>
    hostFunction("rename", ["column_names"], (names) => self.with({ names: renamed(self, names) })),
};

function printed(self: TableValue, args: readonly Value[], kwargs: Kwargs): string {
  const parameters = [
    "max_rows?",
    "max_columns?",
    "output?",
    "max_column_width?",
    "locale?",
    "max_precision?",
  ] as const;
  const [maxRows, maxColumns, , maxWidth, , maxPrecision] = bindArguments(
    "print_table",
    parameters,
    args,
    kwargs,
  );
  return tableText(self.data, {
    maxRows: bound(maxRows, 20),
    maxColumns: bound(maxColumns, 6),
    maxWidth: bound(maxWidth, 20),
    maxPrecision: bound(maxPrecision, 3),
  });
}

/** A limit of print_table: absent means the default, None means none. */
function bound(value: Value | undefined, otherwise: number): number {
  if (value === null) return Number.POSITIVE_INFINITY;
  return typeof value === "number" ? value : otherwise;
}

function exclude(self: TableValue, key: Value): TableValue {
  const out = new Set(self.indexes(key));
  return self.project([...self.data.names.keys()].filter((i) => !out.has(i)));
}

function limit(self: TableValue, start: Value, stop: Value | undefined, step: Value | undefined): TableValue {
  const single = stop === undefined || stop === null;
  const from = single ? 0 : Number(start);
  const to = single ? Number(start) : Number(stop);
  const every = typeof step === "number" ? step : 1;
  return self.with({ rows: self.data.rows.slice(from, to).filter((_, i) => i % every === 0) });
}

function orderBy(self: TableValue, key: Value, reverse: Value): TableValue {
  const indexes = self.indexes(key);
  const rows = [...self.data.rows].sort((a, b) => {
    const index = indexes.find((i) => !equals(a[i] ?? null, b[i] ?? null));
    return index === undefined ? 0 : compareValues(a[index] ?? null, b[index] ?? null);
  });
  return self.with({ rows: truth(reverse) ? rows.reverse() : rows });
}

function distinctRows(self: TableValue, key: Value | undefined): TableValue {
  const indexes = key === undefined || key === null ? [...self.data.names.keys()] : self.indexes(key);
  const rows: (readonly Value[])[] = [];
  for (const row of self.data.rows) {
    const known = rows.some((other) => indexes.every((i) => equals(other[i] ?? null, row[i] ?? null)));
    if (!known) rows.push(row);
  }
  return self.with({ rows });
}

/** Tables of the rows that have one value in a column, by that value (agate, Table.group_by). */
function groupRows(self: TableValue, key: Value): MappedSequence {
  const [index = 0] = self.indexes(key);
  const groups: { readonly key: Value; readonly rows: (readonly Value[])[] }[] = [];
  for (const row of self.data.rows) {
    const value = row[index] ?? null;
    const known = groups.find((group) => equals(group.key, value));
    if (known) known.rows.push(row);
    else groups.push({ key: value, rows: [row] });
  }
  return new TableSet(
    groups.map(({ rows }) => self.with({ rows })),
    groups.map((group) => group.key),
  );
}

class TableSet extends MappedSequence {
  override readonly typeName = "TableSet";
}

function renamed(self: TableValue, names: Value): string[] {
  if (names instanceof Map) return self.data.names.map((name) => toText(names.get(name) ?? name));
  const list = names instanceof Tuple ? names.items : Array.isArray(names) ? names : [];
  return self.data.names.map((name, i) => toText(list[i] ?? name));
}
