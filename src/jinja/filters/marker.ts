// Values marked by as_text, as_bool, as_native and as_number in dbt's native mode, and what they become.

import { raise } from "../errors.ts";
import { parseLiteral } from "../literal.ts";
import { isNumeric } from "../number.ts";
import { textRepr } from "../repr.ts";
import { PyObject, type Value } from "../value.ts";

export type MarkerKind = "text" | "bool" | "native" | "number";

/** A text that says of which type it is to be. */
export class Marker extends PyObject {
  override readonly typeName = "str";

  constructor(
    readonly kind: MarkerKind,
    readonly text: string,
  ) {
    super();
  }

  /** The value that was asked for. Raises JinjaRenderingError where the text is no such value. */
  resolve(): Value {
    if (this.kind === "text") return this.text;
    const parsed = parseLiteral(this.text);
    const value = parsed === undefined ? this.text : parsed;
    if (this.kind === "bool" && typeof value !== "boolean") this.fail("bool");
    if (this.kind === "number" && (!isNumeric(value) || typeof value === "boolean")) this.fail("number");
    return value;
  }

  private fail(type: string): never {
    raise("JinjaRenderingError", `Could not convert value '${this.text}' into type '${type}'`);
  }

  override truth(): boolean {
    return this.text !== "";
  }

  override toText(): string {
    return this.text;
  }

  override toRepr(): string {
    return textRepr(this.text);
  }

  /** As in a text, which it is: `x in ['a', 'b'] | as_bool` asks for a part of the list's text. */
  override contains(item: Value): boolean {
    const part = item instanceof Marker ? item.text : item;
    return typeof part === "string" && this.text.includes(part);
  }

  override equals(other: Value): boolean {
    return other instanceof Marker ? other.text === this.text : other === this.text;
  }
}
