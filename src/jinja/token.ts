// A token of a template: what the lexer gives and the parser reads.

export type TokenKind =
  | "data"
  | "variable_begin"
  | "variable_end"
  | "block_begin"
  | "block_end"
  | "name"
  | "string"
  | "integer"
  | "float"
  | "operator"
  | "eof";

export interface Token {
  readonly kind: TokenKind;
  /** Text of data (after whitespace control), decoded string, name, operator, or digits without underscores. */
  readonly text: string;
  /** Offsets in the text with "\n" line ends. */
  readonly start: number;
  readonly end: number;
}
