// Runs a data test: compiles its query, lets the `test` materialization count the rows, and decides by severity.
// Statuses and messages of dbt (task/test.py, build_test_run_result).

import type { Cell } from "../../adapter/result.ts";
import { type Diagnostic, errorAt, warningAt } from "../../base/diagnostic.ts";
import type { ResultSample } from "../../base/events.ts";
import type { Instead } from "../../compile/references.ts";
import { type WarningPolicy, warningPolicy } from "../../config/warning-policy.ts";
import { fail } from "../../context/fail.ts";
import { toText, truth } from "../../jinja/operations.ts";
import type { Value } from "../../jinja/value.ts";
import type { DataTest } from "../../manifest/node.ts";
import {
  findMaterialization,
  type Materialized,
  materializationOf,
  responseOf,
  runMaterialization,
  runningNames,
} from "../materialize.ts";
import { type Measured, takesMeasures } from "../memory/measures.ts";
import { type NodeProgress, type Outcome, outcome } from "../outcome.ts";
import type { RunContext, Work } from "../run-context.ts";
import { unlessRefused } from "../unless-refused.ts";

/** How many failing rows are shown. */
const SAMPLE_ROWS = 5;

/** What makes a test of rows that are not published different. */
export interface TestVariant {
  /** Names that win over those of every running test. */
  readonly names?: ReadonlyMap<string, Value>;
  /** Where the rows of a node lie. */
  readonly instead?: Instead | undefined;
}

/**
 * @throws JinjaError, DatabaseError, EtlError
 */
export async function runTest(
  context: RunContext,
  test: DataTest,
  work: Work,
  progress: NodeProgress,
  { names = new Map(), instead }: TestVariant = {},
): Promise<Outcome> {
  const options = { answer: work.answerer.answer, ...(instead ? { instead, write: false } : {}) };
  const compiled = await progress.measure("compile", () => context.compiler.compile(test, options));
  progress.compiled = compiled;
  return progress.measure("execute", async () => {
    const macro = findMaterialization(context, materializationOf(test), test);
    const scope = context.compiler.scope(test, {
      extra: new Map([...runningNames(context, test, compiled.code), ...names]),
      compiled,
      ...(instead ? { instead } : {}),
    });
    const counted = countOf(await runMaterialization(context, work, scope, macro));
    const judged = judge(test, counted, warnsAreErrors(context));
    const measured = takesMeasures(test) ? await measure(context, test, work, compiled.code) : undefined;
    if (judged.status === "pass") return judged;
    const sample = measured ? measured.sample : await firstRows(work, compiled.code);
    const told = policyOf(context).judge(diagnosticOf(test, judged));
    return { ...judged, ...(sample ? { sample } : {}), diagnostics: told ? [told] : [] };
  });
}

/** Keeps what an anomaly test has measured. @param sql the compiled test */
async function measure(
  { deps, state }: RunContext,
  test: DataTest,
  work: Work,
  sql: string,
): Promise<Measured | undefined> {
  const session = await work.session.get();
  const measured = state?.measures.take(test, await session.execute(sql));
  if (measured?.note !== undefined) {
    const text = `${test.name}: ${measured.note}`;
    deps.shared.host.emit({ kind: "message", level: "info", text, node: test.id });
  }
  return measured;
}

interface Counted {
  readonly failures: number;
  readonly shouldWarn: boolean;
  readonly shouldError: boolean;
  readonly response: Outcome["response"];
}

function countOf({ table, response }: Materialized): Counted {
  const row = table?.data.rows[0];
  const names = table?.data.names.map((name) => name.toLowerCase()) ?? [];
  const cell = (name: string): Value => row?.[names.indexOf(name)] ?? null;
  if (
    table?.data.rows.length !== 1 ||
    !["failures", "should_warn", "should_error"].every((name) => names.includes(name))
  ) {
    return fail(
      "DbtInternalError",
      "the query around a test must give one row with failures, should_warn and should_error",
      "check the macro get_test_sql",
    );
  }
  return {
    failures: Number(toText(cell("failures") ?? 0)),
    shouldWarn: isTrue(cell("should_warn")),
    shouldError: isTrue(cell("should_error")),
    response: responseOf(response),
  };
}

/** Engines without booleans answer 0 and 1, or words. @throws JinjaError for any other word, as dbt does */
function isTrue(value: Value): boolean {
  if (typeof value !== "string") return truth(value);
  if (/^(?:y|yes|t|true|on|1)$/i.test(value)) return true;
  if (/^(?:n|no|f|false|off|0)$/i.test(value)) return false;
  return fail(
    "CompilationError",
    `the query around a test says "${value}" where it must say whether the test warns or fails`,
    "let should_warn and should_error be booleans in the macro get_test_sql",
  );
}

function judge(
  test: DataTest,
  { failures, shouldError, shouldWarn, response }: Counted,
  warnIsError: boolean,
): Outcome {
  const severity = String(test.config.get("severity") ?? "ERROR").toUpperCase();
  const count = `Got ${failures} ${failures === 1 ? "result" : "results"}, configured to`;
  const errorIf = toText(test.config.get("error_if") ?? "!= 0");
  const warnIf = toText(test.config.get("warn_if") ?? "!= 0");
  if (severity === "ERROR" && shouldError)
    return outcome("fail", `${count} fail if ${errorIf}`, { failures, response });
  if (!shouldWarn) return outcome("pass", null, { failures: 0, response });
  if (warnIsError) return outcome("fail", `${count} fail if ${warnIf}`, { failures, response });
  return outcome("warn", `${count} warn if ${warnIf}`, { failures, response });
}

function diagnosticOf(test: DataTest, { status, message }: Outcome): Diagnostic {
  const make = status === "warn" ? warningAt : errorAt;
  return make(
    status === "warn" ? "test-warned" : "test-failed",
    `test "${test.name}": ${message ?? status}`,
    test.place,
  );
}

/** --warn-error, or warn_error_options that name tests (dbt's event LogTestResult, or our code) or all. */
function warnsAreErrors(context: RunContext): boolean {
  return policyOf(context).judge(warningAt("test-warned", "", undefined))?.severity === "error";
}

function policyOf({ deps }: RunContext): WarningPolicy {
  return warningPolicy(deps.shared.config.flags);
}

/** The first rows of the test's own query. A query that gives none a second time (random, volatile) has no sample. */
async function firstRows(work: Work, sql: string): Promise<ResultSample | undefined> {
  const session = await work.session.get();
  const result = await unlessRefused(session.execute(sql, { limit: SAMPLE_ROWS }));
  if (!result || result.rows.length === 0) return undefined;
  return {
    columns: result.columns.map(({ name }) => name),
    rows: result.rows.slice(0, SAMPLE_ROWS).map((row) => row.map(cellText)),
  };
}

/** A cell as a person reads it. */
export function cellText(cell: Cell): string | null {
  if (cell === null) return null;
  if (cell instanceof Uint8Array) return `\\x${Buffer.from(cell).toString("hex")}`;
  if (Array.isArray(cell)) return `[${cell.map((item: Cell) => cellText(item) ?? "null").join(", ")}]`;
  if (cell instanceof Map)
    return `{${[...cell].map(([key, value]) => `${key}: ${cellText(value as Cell) ?? "null"}`).join(", ")}}`;
  return String(cell);
}
