// What to do about a statement that a warehouse refused, where the text of the statement tells more than the engine.

import type { DatabaseError } from "../adapter/database-error.ts";
import { syntaxAdvice } from "../sql/syntax-advice.ts";

/** One line of help for an error of syntax; undefined for all others, and when nothing is recognised. */
export function sqlAdvice({ facts, sql }: DatabaseError, code: string | undefined): string | undefined {
  const quoted = /Referenced column "([^"]+)" not found/.exec(facts.message)?.[1];
  // A name of a column seldom has capitals, blanks or signs in it; a text often does.
  if (quoted !== undefined && sql?.includes(`"${quoted}"`) && /[^a-z0-9_]/.test(quoted))
    return `if it is a text, put it in single quotes: '${quoted}'`;
  if (!/syntax error|unterminated quoted/i.test(facts.message)) return undefined;
  const whole = sql ?? code;
  if (whole === undefined || /near "?;/.test(facts.message)) return undefined;
  const start = code === undefined ? -1 : whole.indexOf(code.trim());
  // Within the node's own SQL, what the materialization put around it is no concern of the user.
  if (code === undefined || (start < 0 && code.trim() !== "")) return syntaxAdvice(whole, facts.position);
  const own = code.trim();
  if (own === "") return "the template gives no SQL at all: look at its conditions";
  const at = facts.position === undefined ? undefined : facts.position - start;
  return syntaxAdvice(own, at === undefined || at < 0 || at > own.length ? undefined : at);
}
