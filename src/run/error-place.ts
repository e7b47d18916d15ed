// Where the user has to look for what went wrong with a node when the text at fault was made by a macro of ours: the
// config that names the wrong column, the hook, the column of a contract, the row of a unit test.

import type { DatabaseError } from "../adapter/database-error.ts";
import type { Place } from "../base/diagnostic.ts";
import { escapeRegExp, wholeWord } from "../base/whole-word.ts";
import { joinPath } from "../config/file-paths.ts";
import { placeWithin } from "../config/line-index.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Column, Resource, UnitTest, UnitTestFixture } from "../manifest/node.ts";
import { configPlace, configWithWord } from "../project/config-place.ts";

export interface Blame {
  readonly place: Place;
  /** What stands at the place, for the sentence: `unique_key`, `post-hook`. */
  readonly what?: string;
}

/**
 * Finds what a statement took from the node's configs or columns.
 * @param words of the engine's message and of the statement at fault, the likeliest first
 */
export function blameWords(
  words: readonly string[],
  resource: Resource,
  shared: SharedScope,
): Blame | undefined {
  if (!("config" in resource)) return undefined;
  for (const word of words) {
    const found = configWithWord(resource, word, shared);
    if (found) return { place: found.place, what: found.key };
    const column = "columns" in resource ? columnWithWord(resource.columns, word) : undefined;
    if (column) return { place: findBelow(column.place, word, shared), what: `column "${column.name}"` };
  }
  return undefined;
}

/** A column whose type or constraint holds a word. */
function columnWithWord(columns: ReadonlyMap<string, Column>, word: string): Column | undefined {
  const lower = word.toLowerCase();
  const has = (text: string | null): boolean =>
    (text ?? "")
      .toLowerCase()
      .split(/[^\w$]+/)
      .includes(lower);
  return [...columns.values()].find(
    ({ dataType, constraints }) => has(dataType) || constraints.some(({ expression }) => has(expression)),
  );
}

/** The words that a refused statement is about: what the engine quotes, then what stands where it points at. */
export function wordsOf({ facts, sql }: DatabaseError): readonly string[] {
  const about = facts.message.split(/Candidate|Did you mean/, 1)[0] ?? "";
  const quoted = [...about.matchAll(/["']([\w$.]+)["']/g)].map(
    (match) => (match[1] as string).split(".").at(-1) as string,
  );
  const named = /(?:with name|contain column) (\w+)/.exec(about)?.[1];
  const pointed =
    sql === undefined || facts.position === undefined
      ? undefined
      : /^["]?([\w$]+)/.exec(sql.slice(facts.position))?.[1];
  return [...quoted, named, pointed].flatMap((word) =>
    word === undefined || /^\d*$/.test(word) ? [] : [word],
  );
}

/** A config whose whole value a message quotes: `there is no strategy "x"`. */
export function blameValue(message: string, resource: Resource, shared: SharedScope): Place | undefined {
  if (!("config" in resource)) return undefined;
  const changed = /^\s*(?:added|changed)\s+(\S+)/m.exec(message)?.[1];
  const selected = changed === undefined ? undefined : selectItem(resource, changed);
  if (selected) return selected;
  const quoted = new Set([...message.matchAll(/["']([^"'\n]+)["']/g)].map((match) => match[1] as string));
  for (const [key, value] of resource.config) {
    if (typeof key !== "string" || typeof value !== "string" || !quoted.has(value)) continue;
    const place = configPlace(resource, key, shared);
    if (place) return place;
  }
  const mentioned = [...resource.config.keys()].find(
    (key) => typeof key === "string" && key.length > 5 && wholeWord(key).test(message),
  );
  return typeof mentioned === "string" ? configPlace(resource, mentioned, shared) : undefined;
}

/** Where a query gives a column its name: the last `as name`, else the last time that the name is written. */
export function selectItem(resource: Resource, name: string): Place | undefined {
  if (!("rawCode" in resource)) return undefined;
  const { rawCode, rawPlace } = resource;
  const named = new RegExp(`(?<=\\bas\\s+"?)${escapeRegExp(name)}(?![\\w$])`, "gi");
  const found = [...rawCode.matchAll(named)].at(-1) ?? [...rawCode.matchAll(wholeWord(name, "gi"))].at(-1);
  if (!found) return undefined;
  return placeWithin(rawCode, rawPlace, found.index, found.index + name.length);
}

/** The row, input or expectation of a unit test that a message is about. */
export function blameFixture(message: string, test: UnitTest, shared: SharedScope): Place | undefined {
  const quoted = [...message.matchAll(/["']([\w$.]+)["']/g)].map((match) => match[1] as string);
  const expects = /expected/.test(message);
  const inputs = test.given.filter(({ input }) => quoted.some((word) => input.includes(`'${word}'`)));
  const fixtures: readonly UnitTestFixture[] = expects
    ? [test.expect]
    : inputs.length > 0
      ? inputs
      : test.given;
  for (const fixture of fixtures) {
    const column = columnsOf(fixture).find((name) => quoted.includes(name.toLowerCase()));
    if (column === undefined) continue;
    return findBelow(fixture.place, column, shared);
  }
  return fixtures[0]?.place;
}

/** The row of a unit test with a value that a message quotes. */
export function blameRow(words: readonly string[], test: UnitTest, shared: SharedScope): Place | undefined {
  for (const fixture of [...test.given, test.expect]) {
    const rows = Array.isArray(fixture.rows) ? fixture.rows : [];
    const values = rows.flatMap((row) => (row instanceof Map ? [...row.values()] : []));
    const word = words.find((one) => values.includes(one));
    if (word !== undefined) return findBelow(fixture.place, word, shared);
  }
  return undefined;
}

function columnsOf({ rows }: UnitTestFixture): readonly string[] {
  if (typeof rows === "string")
    return (
      rows
        .split("\n", 1)[0]
        ?.split(",")
        .map((name) => name.trim()) ?? []
    );
  if (!Array.isArray(rows)) return [];
  return [...new Set(rows.flatMap((row) => (row instanceof Map ? [...row.keys()].map(String) : [])))];
}

/** The first line from a place on that holds a word. */
function findBelow(place: Place, word: string, { host, config }: SharedScope): Place {
  let lines: string[];
  try {
    lines = host.files.readText(joinPath(config.folder, place.file)).split("\n");
  } catch {
    return place;
  }
  const whole = wholeWord(word);
  for (let line = place.line; line <= lines.length; line++) {
    const found = whole.exec(lines[line - 1] ?? "");
    if (found) return { file: place.file, line, column: found.index + 1, length: word.length };
  }
  return place;
}
