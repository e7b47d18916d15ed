// `*` and its relatives in the parser's tree to ours: `t.*`, EXCLUDE, REPLACE, RENAME, and DuckDB's COLUMNS(...).

import {
  childList,
  childNode,
  type Fields,
  hull,
  isFields,
  nameOf,
  namesOf,
  spanOf,
  type TreeReader,
} from "./polyglot-node.ts";
import type { Expression, Name, StarUse } from "./query-tree.ts";
import { escaped, likenessAt, likenessOf } from "./star-likeness.ts";

export const plainStar: StarUse = {
  kind: "star",
  isColumns: false,
  qualifier: [],
  of: null,
  except: [],
  exceptOf: [],
  replace: [],
  rename: [],
  filter: null,
  at: null,
};

/** `*` with all that can be said of it. @param qualifier names before the star */
export function readStar(fields: Fields, qualifier: readonly Name[], reader: TreeReader): StarUse {
  const replace = childList(fields, "replace").flatMap((entry) => {
    if (!isFields(entry)) return [];
    const name = nameOf(entry.alias, reader);
    const value = childNode(entry, "this");
    return name && value ? [{ name, value: reader.expression(value) }] : [];
  });
  const rename = childList(fields, "rename").flatMap((pair) => {
    const [from, to] = Array.isArray(pair) ? namesOf(pair, reader) : [];
    return from && to ? [{ from, to }] : [];
  });
  const likeness = likenessAt(reader.likeness, hull(qualifier.map(({ at }) => at)));
  const except = childList(fields, "except").map((name) => qualifierOf(name, reader));
  return {
    kind: "star",
    isColumns: false,
    qualifier: likeness?.isBare === true ? [] : qualifier,
    of: null,
    except: except.flatMap((parts) => (parts.length === 1 ? parts : [])),
    exceptOf: except.flatMap((parts) => {
      const [name, source] = parts.toReversed();
      return name && source ? [{ source, name }] : [];
    }),
    replace,
    rename,
    filter: likeness === undefined ? null : { kind: "pattern", pattern: likeness.pattern },
    at: spanOf(fields, reader) ?? hull(qualifier.map(({ at }) => at)),
  };
}

/** The parser gives `a.b.*` and `exclude (a.b)` as one name with dots. */
export function qualifierOf(value: unknown, reader: TreeReader): Name[] {
  const name = nameOf(value, reader);
  if (name === null) return [];
  return name.quoted ? [name] : name.text.split(".").map((text) => ({ ...name, text }));
}

/** COLUMNS('regex'), COLUMNS(* exclude (...)), COLUMNS(name -> name like 'a%') */
export function readColumnsCall(args: readonly Expression[]): Expression {
  const [of] = args;
  if (of?.kind === "star") return { ...of, isColumns: true };
  const star: StarUse = { ...plainStar, isColumns: true, filter: { kind: "unknown" }, at: of?.at ?? null };
  const likeness = of?.kind === "lambda" ? likePattern(of.body[0]) : undefined;
  if (likeness !== undefined) return { ...star, filter: { kind: "pattern", pattern: likeness } };
  const listed = of?.kind === "call" && /^array/.test(of.name) ? of.args : [];
  const names = listed.flatMap((item) =>
    item.kind === "literal" && item.type === "string" ? item.text : [],
  );
  if (names.length > 0 && names.length === listed.length)
    return { ...star, filter: { kind: "pattern", pattern: `^(?:${names.map(escaped).join("|")})$` } };
  if (of?.kind === "literal" && of.type === "string")
    return { ...star, filter: { kind: "pattern", pattern: of.text } };
  return star;
}

/** Of `name -> name like 'a%'` the pattern, as a regular expression. */
function likePattern(condition: Expression | undefined): string | undefined {
  if (condition?.kind !== "call" || (condition.name !== "like" && condition.name !== "ilike"))
    return undefined;
  const [name, pattern] = condition.args;
  if (name?.kind !== "column" || pattern?.kind !== "literal" || condition.also.length > 0) return undefined;
  return likenessOf(pattern.text);
}
