// The tokens that a YAML text is cut into.

/** Block collections open with "sequence" and "mapping" and close with "end"; "?" stands before every key. */
export type TokenKind =
  | "sequence"
  | "mapping"
  | "end"
  | "["
  | "]"
  | "{"
  | "}"
  | "-"
  | ","
  | "?"
  | ":"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar"
  | "---"
  | "..."
  | "%"
  | "eof";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Text of scalars, names of anchors and aliases, tags as written. */
  readonly text: string;
  /** A scalar without quotes, which may be a number, a date and so on. */
  readonly plain: boolean;
}
