// Runs a translated pattern. JavaScript's matcher cannot be stopped from inside, so a pattern that could backtrack
// without end runs in a context of its own with a time limit; the others run directly.

import { createContext, Script } from "node:vm";
import { raiseLimit } from "../errors.ts";
import type { TranslatedPattern } from "./re-translate.ts";

/** Start and end of the whole match and of each group; undefined for groups that took no part. */
export type Spans = readonly (readonly [number, number] | undefined)[];

/** How a pattern is held against a text: anywhere, at the start, or from start to end. */
export type MatchMode = "search" | "match" | "fullmatch";

/** Rough number of steps up to which a pattern runs directly. */
const CHEAP = 3e7;
const TIMEOUT_MS = 1500;
/** Guarded time that all patterns together may take within one window. */
const BUDGET_MS = 5000;
const WINDOW_MS = 30_000;
/** More matches than any template needs. */
const MAX_MATCHES = 500_000;

/** One expression that can be held against texts. */
export class Matcher {
  private readonly regex: Readonly<Record<MatchMode, RegExp>>;

  constructor(
    readonly pattern: TranslatedPattern,
    private readonly guard: RegexGuard,
  ) {
    const { source, flags } = pattern;
    const all = `${flags}dg`;
    this.regex = {
      search: new RegExp(source, all),
      match: new RegExp(source, `${all}y`),
      fullmatch: new RegExp(`(?:${source})(?![\\s\\S])`, `${all}y`),
    };
  }

  /** The first match at or after an offset. */
  first(mode: MatchMode, text: string, from: number): Spans | undefined {
    return this.run(mode, text, from, 1)[0];
  }

  /** All matches that do not overlap. */
  all(text: string, from = 0, most = MAX_MATCHES): readonly Spans[] {
    return this.run("search", text, from, most);
  }

  private run(mode: MatchMode, text: string, from: number, most: number): readonly Spans[] {
    const regex = this.regex[mode];
    const size = Math.max(2, text.length - from);
    const steps = size ** Math.min(60, this.pattern.repetitions + (mode === "search" ? 1 : 0));
    const found =
      steps <= CHEAP ? collect(regex, text, from, most) : this.guard.collect(regex, text, from, most);
    if (found.length >= MAX_MATCHES)
      raiseLimit(`a regular expression matches more than ${MAX_MATCHES} times`);
    return found;
  }
}

function collect(regex: RegExp, text: string, from: number, most: number): Spans[] {
  const found: Spans[] = [];
  regex.lastIndex = from;
  while (found.length < most) {
    const match = regex.exec(text);
    if (match === null) break;
    found.push(match.indices as unknown as Spans);
    if (match[0] === "") regex.lastIndex += (text.codePointAt(regex.lastIndex) ?? 0) > 0xffff ? 2 : 1;
  }
  return found;
}

const GUARDED = new Script(`
  (() => {
    const regex = new RegExp(source, flags);
    regex.lastIndex = from;
    const found = [];
    while (found.length < most) {
      const match = regex.exec(text);
      if (match === null) break;
      found.push(match.indices);
      if (match[0] === "") regex.lastIndex += text.codePointAt(regex.lastIndex) > 0xffff ? 2 : 1;
    }
    return JSON.stringify(found);
  })()
`);

/** The error comes from the other context, whose Error class is not ours. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

/** Lets the world be looked at; `long` when what follows may take seconds. What it throws ends the template. */
export type Breathe = (long?: true) => void;

/** The context with the time limit; made when first needed. */
export class RegexGuard {
  private context: Record<string, unknown> | undefined;
  private spentMs = 0;
  private windowStart = 0;

  constructor(private readonly breathe: Breathe) {}

  collect(regex: RegExp, text: string, from: number, most: number): Spans[] {
    this.breathe(true);
    this.context ??= createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
    Object.assign(this.context, { source: regex.source, flags: regex.flags, text, from, most });
    const start = performance.now();
    if (start - this.windowStart > WINDOW_MS) {
      this.windowStart = start;
      this.spentMs = 0;
    }
    try {
      const written = GUARDED.runInContext(this.context, { timeout: TIMEOUT_MS }) as string;
      return (JSON.parse(written) as (readonly ([number, number] | null)[])[]).map((spans) =>
        spans.map((span) => span ?? undefined),
      );
    } catch (error) {
      if (isTimeout(error)) {
        return raiseLimit(
          `a regular expression takes more than ${TIMEOUT_MS / 1000} seconds (it backtracks without end)`,
        );
      }
      throw error;
    } finally {
      this.spentMs += performance.now() - start;
      this.breathe();
      if (this.spentMs > BUDGET_MS) raiseLimit("regular expressions take too much time");
    }
  }
}
