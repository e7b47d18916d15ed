// Which rows a test blames: its query is compiled over a view of the new rows that tells each of them by a number. A test
// that gives whole rows gives that number too; of the built-in ones that give values, the rows with the value are meant.

import type { Relation } from "../../adapter/relation.ts";
import type { ResultColumn } from "../../adapter/result.ts";
import { EtlError, errorAt } from "../../base/diagnostic.ts";
import { toText } from "../../jinja/operations.ts";
import { NativeFunction, type Value } from "../../jinja/value.ts";
import type { DataTest, ManifestNode } from "../../manifest/node.ts";
import { configPlace } from "../../project/config-place.ts";
import type { QuarantineTest, RunContext, Work } from "../run-context.ts";

/** The column that tells rows apart. */
export const ROW_NUMBER = "etl_row";

/** Built-in tests whose first column is a value of theirs. */
const BY_VALUE: ReadonlySet<string> = new Set(["unique", "accepted_values", "relationships"]);

/** What is asked for one test, as the macro `quarantine_marks` takes it. */
export interface Fault {
  /** What the row is blamed for, as a literal. */
  readonly reason: string;
  /** The tested column as SQL, whose value belongs to the reason. */
  readonly field: string | null;
  readonly query: string;
  /** The column of the query that is meant. */
  readonly column: string;
  /** It holds values of the field, not numbers of rows. */
  readonly values: boolean;
}

/** Tests that give whole rows when failures are stored do so here. */
const WHOLE_ROWS: ReadonlyMap<string, Value> = new Map([
  ["should_store_failures", new NativeFunction("should_store_failures", () => true)],
]);

/**
 * @param rows the view of the new rows
 * @returns what each test blames; nothing for those that cannot tell and need not
 * @throws EtlError(quarantine-impossible), JinjaError, DatabaseError
 */
export async function faultsOf(
  context: RunContext,
  node: ManifestNode,
  tests: readonly QuarantineTest[],
  rows: Relation,
  work: Work,
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const { test, isExplicit } of tests) {
    const { code } = await context.compiler.compile(test, {
      answer: work.answerer.answer,
      instead: { id: node.id, relation: rows },
      extra: WHOLE_ROWS,
      write: false,
    });
    const fault = faultOf(context, test, code, await work.answerer.describe(code));
    if (fault) faults.push(fault);
    else if (isExplicit) refuse(context, test);
  }
  return faults;
}

function faultOf(
  { deps }: RunContext,
  test: DataTest,
  query: string,
  columns: readonly ResultColumn[],
): Fault | undefined {
  const { adapter } = deps.shared;
  const metadata = test.testMetadata;
  const argument = metadata?.kwargs.get("column_name");
  const field = argument === undefined || argument === null ? null : toText(argument);
  const reason = adapter.literal(field === null ? test.name : `${test.name}: ${field} = `);
  if (columns.some(({ name }) => name === ROW_NUMBER))
    return { reason, field, query, column: ROW_NUMBER, values: false };
  const isOurs = metadata && (metadata.namespace ?? "dbt") === "dbt" && BY_VALUE.has(metadata.name);
  const [first] = columns;
  return isOurs && field !== null && first
    ? { reason, field, query, column: adapter.quote(first.name), values: true }
    : undefined;
}

/** What dbt_project.yml says of all tests holds for those that can do it. @throws EtlError(quarantine-impossible) */
function refuse({ deps }: RunContext, test: DataTest): void {
  const place = configPlace(test, "quarantine", deps.shared) ?? test.place;
  if (/(?:^|[\\/])dbt_project\.yml$/.test(place.file)) return;
  const text = `test "${test.name}" does not say which rows are bad, so none can go into quarantine`;
  const help = "let it select * from the model, or take quarantine out of its config";
  throw new EtlError([errorAt("quarantine-impossible", text, place, { help })]);
}
