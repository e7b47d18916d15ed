// What to do about a statement that a warehouse refused, where the text of the statement tells more than the engine.

import type { DatabaseError } from "../adapter/database-error.ts";
import { syntaxAdvice } from "../sql/syntax-advice.ts";

/** One line of help for an error of syntax; undefined for all others, and when nothing is recognised. */
export function sqlAdvice({ facts, sql }: DatabaseError, code: string | undefined): string | undefined {
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
