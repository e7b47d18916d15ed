// Where and how a YAML text breaks the rules, before it is put into words (yaml-mistakes.ts); and the classes of
// characters that all parts of the reader share.

export type FaultKind =
  | "tab"
  | "start-character"
  | "control-character"
  | "colon-missing"
  | "colon-not-here"
  | "item-not-here"
  | "key-not-here"
  | "key-expected"
  | "item-expected"
  | "flow-expected"
  | "content-expected"
  | "quote-open"
  | "escape"
  | "block-header"
  | "anchor-name"
  | "alias-name"
  | "alias-unknown"
  | "alias-cycle"
  | "too-large"
  | "too-deep"
  | "tag"
  | "documents"
  | "directive"
  | "key-unhashable"
  | "merge"
  | "value";

/** Ends the reading of one text. `from` is where the construct began that is broken at `offset`. */
export class YamlFault extends Error {
  constructor(
    readonly kind: FaultKind,
    readonly offset: number,
    readonly from: number = offset,
    readonly detail: string = "",
  ) {
    super(kind);
  }
}

/** CR, LF, NEL, line and paragraph separator: what YAML 1.1 takes as the end of a line. */
export function isBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** A blank, a line break or the end of the text (NaN, as charCodeAt says). */
export function isBlankOrEnd(code: number): boolean {
  return code === 32 || code === 9 || Number.isNaN(code) || code === 0 || isBreak(code);
}
