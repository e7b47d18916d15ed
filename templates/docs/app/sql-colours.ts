// SQL with Jinja in colours: a lexer of a page, which knows words, texts, numbers, comments and template tags, and is
// never wrong about where a text ends in a way that would hide code. Pure: pieces in, pieces out.

export interface Piece {
  readonly text: string;
  /** "" for what has no colour. */
  readonly kind: "" | "word" | "text" | "number" | "comment" | "template" | "call";
}

const WORDS = new Set(
  `all and any array as asc between by case cast create cross cube current date desc distinct else end except exists extract
  false filter first following for from full group grouping having if ilike in inner insert intersect interval into is
  join last lateral left like limit materialized merge natural not null nulls offset on or order outer over partition
  pivot preceding primary qualify range recursive right rollup row rows select semi sets similar table temporary then
  timestamp true unbounded union unique unnest unpivot update using values view when where window with within`.split(
    /\s+/,
  ),
);

const TOKEN =
  /(?<template>\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\})|(?<comment>--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:[^']|'')*'|\$\$[\s\S]*?\$\$)|(?<quoted>"(?:[^"]|"")*"|`[^`]*`)|(?<number>\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|(?<call>[A-Za-z_]\w*(?=\())|(?<name>[A-Za-z_]\w*)|(?<rest>[\s\S])/g;

/** Cuts a text into coloured pieces, in order; together they are the text. */
export function coloured(sql: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { 0: text, groups = {} } of sql.matchAll(TOKEN)) add(pieces, text, kindOf(text, groups));
  return pieces;
}

function kindOf(text: string, groups: Readonly<Record<string, string | undefined>>): Piece["kind"] {
  if (groups.template !== undefined) return text.startsWith("{#") ? "comment" : "template";
  if (groups.comment !== undefined) return "comment";
  if (groups.text !== undefined) return "text";
  if (groups.number !== undefined) return "number";
  if (groups.call !== undefined) return WORDS.has(text.toLowerCase()) ? "word" : "call";
  if (groups.name !== undefined) return WORDS.has(text.toLowerCase()) ? "word" : "";
  return "";
}

function add(pieces: Piece[], text: string, kind: Piece["kind"]): void {
  const last = pieces.at(-1);
  if (last && last.kind === kind) pieces[pieces.length - 1] = { text: last.text + text, kind };
  else pieces.push({ text, kind });
}
