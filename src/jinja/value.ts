// Python's values as the template language sees them. All user data lives in this one model: what YAML files hold,
// what templates compute, what node configs keep; nothing is converted on its way from a file to a template.
//
//   None   null            int    number (safe integer) or bigint      str    string
//   bool   boolean         float  PyFloat                              list   array
//   dict   Map             tuple  Tuple                                set    PySet
// Everything else (functions, relations, dates, undefined) is a PyObject.

/** A Python float; a class of its own because `1.0` and `1` print differently and divide differently. */
export class PyFloat {
  constructor(readonly value: number) {}

  toJSON(): number {
    return this.value;
  }
}

export class Tuple {
  constructor(readonly items: readonly Value[]) {}

  toJSON(): readonly Value[] {
    return this.items;
  }
}

/** A Python set: distinct by Python equality, in insertion order. `items` is keyed by `hashKey` of the operations. */
export class PySet {
  constructor(readonly items: Map<unknown, Value> = new Map()) {}
}

/** dict: keys are Values, compared by Python equality for str, int, bool and None (1 and True share a key). */
export type Dict = Map<Value, Value>;

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyFloat
  | Tuple
  | PySet
  | Value[]
  | Map<Value, Value>
  | PyObject;

/** Keyword arguments of a call, in the order written. */
export type Kwargs = ReadonlyMap<string, Value>;

export const NO_KWARGS: Kwargs = new Map();

/**
 * A computation that may ask for things of the world: it yields requests (the language does not know what they
 * are), is answered through `next`, and returns its result. `drive` and `driveAsync` run one to its end.
 */
export type Effectful<T> = Generator<unknown, T, unknown>;

/**
 * An object with behaviour of its own. Templates see only what these methods answer; a member that a subclass does
 * not name does not exist for them, so no JavaScript object can be reached from a template.
 */
export abstract class PyObject {
  /** Python's type name, as it appears in messages: "Relation", "function", "datetime". */
  abstract readonly typeName: string;

  /** `object.name`; undefined means that there is no such attribute. */
  getAttribute(_name: string): Value | undefined {
    return undefined;
  }

  /** `object[key]`; undefined means that there is no such item. */
  getItem(_key: Value): Value | undefined {
    return undefined;
  }

  /** `object(...)`: a value, or a computation that asks for things. Absent: not callable. */
  call?(args: readonly Value[], kwargs: Kwargs): Value | Effectful<Value>;

  /** Iteration, `length`, `in`; absent where Python's type has none. */
  iterate?(): Iterable<Value>;
  size?(): number;
  contains?(item: Value): boolean;

  /** bool(object). */
  truth(): boolean {
    return true;
  }

  /** str(object): what `{{ object }}` prints. */
  toText(): string {
    return `<${this.typeName} object>`;
  }

  /** repr(object): how it prints inside of a list. */
  toRepr(): string {
    return this.toText();
  }

  /** `==`; identity unless a subclass knows better. */
  equals(other: Value): boolean {
    return this === other;
  }

  /** `<`, `>`: negative, zero or positive; absent where Python's type has no order. */
  compare?(other: Value): number;

  /** `self + other` and so on; undefined: not supported. `reflected` is true for `other op self`. */
  operate?(
    operator: "+" | "-" | "*" | "/" | "//" | "%" | "**",
    other: Value,
    reflected: boolean,
  ): Value | undefined;

  /** A key that is equal for equal objects, for dict keys, sets and `unique`; the object itself by default. */
  hashKey(): unknown {
    return this;
  }
}

/** A host function offered to templates. Its body may be a generator function where it needs the world. */
export class NativeFunction extends PyObject {
  override readonly typeName = "function";

  constructor(
    readonly name: string,
    override readonly call: (args: readonly Value[], kwargs: Kwargs) => Value | Effectful<Value>,
    /** Attributes of the function itself, e.g. `var.has_var`. */
    readonly attributes?: Readonly<Record<string, Value>>,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    return this.attributes !== undefined && Object.hasOwn(this.attributes, name)
      ? this.attributes[name]
      : undefined;
  }

  override toText(): string {
    return `<function ${this.name}>`;
  }
}
