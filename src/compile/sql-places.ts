// From a position of compiled SQL back to the text that the user wrote. Compiled SQL is the rendered template of a
// node, with the rendered templates of ephemeral models injected: each piece keeps its own source map.

import type { CallSite } from "../jinja/errors.ts";
import type { SourcePlace } from "../jinja/source.ts";
import type { SourceMap } from "../jinja/source-map.ts";

/** The part of a text from `start` to `end`, which `map` knows from its own offset `from` on. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly map: SourceMap;
  readonly from: number;
}

export interface PlacedText {
  readonly place: SourcePlace;
  /** Macros that made the text, innermost first. */
  readonly calls: readonly CallSite[];
}

export class SqlPlaces {
  /** @param pieces in the order of the text, not overlapping */
  constructor(readonly pieces: readonly Piece[]) {}

  /** @param offset in the compiled SQL; undefined for text that nobody wrote (the words between injected queries) */
  placeAt(offset: number): PlacedText | undefined {
    const piece = this.pieces.find(({ start, end }) => offset >= start && offset < end);
    return piece?.map.placeAt(offset - piece.start + piece.from);
  }

  /** The same pieces as part of a longer text in which they begin at `offset`. */
  shifted(offset: number): Piece[] {
    return this.pieces.map((piece) => ({ ...piece, start: piece.start + offset, end: piece.end + offset }));
  }
}
