// What to do about an error of Snowflake, in one line.

import { type Advice, adviceOf, type WaysOut, wayOut } from "../../src/adapter/advice.ts";
import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";

/** @returns a line of help and what the warehouse adds, undefined when there is nothing to add */
export function explain({ message, detail, code }: DatabaseErrorFacts): Advice | undefined {
  return adviceOf(wayOut(words, message, detail ?? "") ?? waysOut[code ?? ""], detail);
}

/** By error code. */
const waysOut: Readonly<Record<string, string>> = {
  "000606":
    "write warehouse: in the profile, or snowflake_warehouse for the model; it must exist and the role must have usage on it",
  "000630":
    "statement_timeout_in_seconds of the session, user or warehouse ended it: raise it, or make the query faster",
  "000904":
    "unquoted names are upper case: a column that was made in quotes and small letters must be written in quotes",
  "002003":
    "it does not exist, or the role of the profile may not see it: grant select on it, or correct its name",
  "002043": "it does not exist, or the role of the profile may not see it",
  "003001": "the role of the profile lacks this right: ask its owner to grant it",
  "090073": "the resource monitor has used up its credits: ask for more, or write another warehouse",
  "090106": "the profile names no database that the role may use",
  "100035": "use try_to_timestamp() for NULL instead of an error, or give the format",
  "100038": "use try_to_number() or try_cast() for NULL instead of an error, or clean the text before",
  "100040": "use try_to_date() for NULL instead of an error, or give the format",
  "100051": "divide by nullif(x, 0) for NULL instead of an error, or use div0()",
  "100090":
    "unique_key is not unique in the new rows: remove the duplicates (qualify row_number() over (...) = 1)",
  "100183": "the JSON cannot be read: use try_parse_json() for NULL instead of an error",
  "390114": "the session is over: log in again, or write client_session_keep_alive: true for long runs",
};

const words: WaysOut = [
  [
    /already exists as (?:TABLE|VIEW|DYNAMIC)/i,
    "something of another kind has this name: drop it, or give the model another alias",
  ],
  [
    /change tracking/i,
    "what a dynamic table reads must keep track of changes: alter table ... set change_tracking = true",
  ],
  [
    /exceeded its quota|resource monitor/i,
    "the resource monitor has used up its credits: ask for more, or write another warehouse",
  ],
  [
    /is suspended|cannot be resumed/i,
    "resume the warehouse, or let it: alter warehouse ... set auto_resume = true",
  ],
];
