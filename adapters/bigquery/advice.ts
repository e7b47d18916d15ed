// What to do about an error of BigQuery, in one line.

import { type Advice, adviceOf, type WaysOut, wayOut } from "../../src/adapter/advice.ts";
import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";

/** @returns a line of help and the job's id, undefined when there is nothing to add */
export function explain({ message, code, context }: DatabaseErrorFacts): Advice | undefined {
  return adviceOf(wayOut(words, message) ?? waysOut[code ?? ""], context);
}

const words: WaysOut = [
  [
    /exceeded limit for bytes billed|bytesBilledLimitExceeded/i,
    "raise maximum_bytes_billed in the profile, or read fewer partitions",
  ],
  [
    /without a filter over column/i,
    "filter by the partitioning column: the table has require_partition_filter",
  ],
  [
    /Cannot replace a table with a different partitioning spec|different clustering spec/i,
    "run with --full-refresh: the table is dropped and built anew",
  ],
  [
    /UPDATE\/MERGE must match at most one source row/i,
    "unique_key is not unique in the new rows: remove the duplicates",
  ],
  [/division by zero/i, "use safe_divide(x, y) for NULL instead of an error"],
  [
    /Bad (?:int64|double|bool|numeric) value|Invalid (?:date|timestamp|datetime)/i,
    "use safe_cast for NULL instead of an error, or clean the text before",
  ],
  [/No matching signature for/i, "cast the arguments to types that it takes: cast(... as ...)"],
  [
    /neither grouped nor aggregated/i,
    "add the column to group by, or take one of its values with any_value()",
  ],
  [
    /invalid (?:storage )?(?:region|location)|location .* (?:is not (?:supported|valid)|does not exist)/i,
    "correct location: in the profile: US, EU, or a region such as europe-west3",
  ],
  [/was not found in location/i, "write location: in the profile as the dataset has it"],
  [/Job timed out|timed? ?out/i, "raise job_execution_timeout_seconds, or make the query faster"],
];

/** By reason. */
const waysOut: Readonly<Record<string, string>> = {
  accessDenied: "the login lacks this right: ask the owner of the table or project for it",
  quotaExceeded: "the project's quota is used up: run with fewer threads, wait, or ask for more",
  rateLimitExceeded: "too many requests at once: run with fewer threads",
  resourcesExceeded: "the query needs too much memory: build part of it as a table of its own, or sort less",
  responseTooLarge: "build the result as a table instead of reading it",
  billingNotEnabled: "link the project to a billing account; without one there is no DML",
  billingTierLimitExceeded: "raise the billing tier of the project",
  notFound: "build it, or correct project, dataset and table; names of tables differ by case",
};
