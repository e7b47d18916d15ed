// Hooks of the run (on-run-start, on-run-end): one after the other over one session, outside of transactions. The first
// whose statement fails makes the rest be skipped; one that cannot be rendered ends the run. Behaviour and names of dbt
// (task/run.py, safe_run_hooks).

import { EtlError } from "../base/diagnostic.ts";
import type { NodeStatus } from "../base/events.ts";
import { fromJson } from "../jinja/json.ts";
import type { Value } from "../jinja/value.ts";
import type { Operation } from "../manifest/node.ts";
import { describeNodeError } from "./node-error.ts";
import { nodeFacts } from "./node-facts.ts";
import { compiledResult, NodeProgress } from "./outcome.ts";
import type { NodeResult } from "./report.ts";
import { type RunContext, type Work, withWork } from "./run-context.ts";

/** A hook that cannot be rendered. */
export class HookRefused extends EtlError {}

/**
 * @param names what hooks on end find besides the usual: results, schemas, database_schemas
 * @returns one result a hook; emits hook-finished for each
 * @throws HookRefused for a hook whose template fails: what should have been done is not known then
 */
export async function runHooks(
  context: RunContext,
  hooks: readonly Operation[],
  signal: AbortSignal,
  names: ReadonlyMap<string, Value> = new Map(),
): Promise<NodeResult[]> {
  const [first] = hooks;
  if (!first) return [];
  const results: NodeResult[] = [];
  // Not repeated as a whole: hooks run outside of transactions, so what they did lasts.
  await withWork(context, { id: first.id, connection: "master", signal }, async (work) => {
    for (const [i, hook] of hooks.entries()) {
      const failed = results.some(({ status }) => status !== "success");
      // dbt numbers hooks in the order in which they run, over all packages.
      const name = `${hook.packageName}.on-run-${hook.on ?? "start"}.${i}`;
      const result =
        failed || signal.aborted ? skipped(hook, name) : await runHook(context, hook, name, work, names);
      results.push(result);
      const { status, seconds, message, diagnostics } = result;
      context.deps.shared.host.emit({
        kind: "hook-finished",
        name,
        index: i + 1,
        total: hooks.length,
        status,
        seconds,
        message: message ?? "",
        diagnostics,
      });
    }
  });
  return results;
}

async function runHook(
  context: RunContext,
  hook: Operation,
  name: string,
  work: Work,
  names: ReadonlyMap<string, Value>,
): Promise<NodeResult> {
  const { shared } = context.deps;
  const progress = new NodeProgress(shared.host);
  const started = shared.host.elapsedMs();
  const result = (status: NodeStatus, message: string, rest: Partial<NodeResult> = {}): NodeResult => ({
    ...blank(hook, status, message, status === "success" ? 0 : 1),
    timing: progress.timing,
    seconds: (shared.host.elapsedMs() - started) / 1000,
    compiledCode: progress.compiled?.code ?? null,
    ...compiledResult(hook, progress.compiled, context.deps.shared.config.folder),
    ...rest,
  });
  try {
    progress.compiled = await progress.measure("compile", () =>
      context.compiler.compile(hook, { answer: work.answerer.answer, extra: names, write: false }),
    );
  } catch (error) {
    const { message, diagnostics, cancelled } = describeNodeError(error, hook, shared);
    if (cancelled) return result("error", `${name} failed, error:\n ${message}`);
    throw new HookRefused(diagnostics);
  }
  try {
    const sql = statementOf(progress.compiled.code);
    await progress.measure("execute", async () => {
      if (sql.trim() !== "")
        await work.answerer.answer({ kind: "execute", sql, fetch: false, autoBegin: false, limit: null });
    });
    return result("success", `${name} passed`);
  } catch (error) {
    const { message, diagnostics } = describeNodeError(error, hook, shared, progress.compiled);
    return result("error", `${name} failed, error:\n ${message}`, { diagnostics });
  }
}

/** `before_begin(...)` and its like render to a JSON object with the statement in it. */
function statementOf(code: string): string {
  if (!code.trimStart().startsWith("{")) return code;
  try {
    const value = fromJson(code.trim());
    const sql = value instanceof Map ? value.get("sql") : undefined;
    return typeof sql === "string" ? sql : code;
  } catch {
    return code;
  }
}

function skipped(hook: Operation, name: string): NodeResult {
  return blank(hook, "skipped", `${name} skipped`, 1);
}

function blank(hook: Operation, status: NodeStatus, message: string, failures: number): NodeResult {
  return {
    facts: nodeFacts(hook),
    resource: hook,
    status,
    message,
    failures,
    timing: [],
    thread: "main",
    seconds: 0,
    adapterResponse: {},
    compiledCode: null,
    batches: null,
    diagnostics: [],
  };
}
