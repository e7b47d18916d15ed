// `show`: the first rows of a node's query, or of a query typed on the command line. The macro get_show_sql makes the
// statement, but the rows are read with a limit of the driver, so that a query may end with a limit of its own.

import { renderRelation } from "../adapter/relation.ts";
import type { QueryResult } from "../adapter/result.ts";
import { type Answer, Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import { callMacro } from "../context/call-macro.ts";
import { driveAsync } from "../jinja/drive.ts";
import { toText } from "../jinja/operations.ts";
import type { Value } from "../jinja/value.ts";
import type { CompilableNode, NodeId, Seed } from "../manifest/node.ts";
import { describeNodeError } from "./node-error.ts";
import { nodeFacts } from "./node-facts.ts";
import { NodeProgress, outcome } from "./outcome.ts";
import { queryNode } from "./query-node.ts";
import type { NodeResult, RunReport } from "./report.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { stepResult } from "./step-result.ts";

export interface ShownQuery {
  readonly node: CompilableNode | Seed;
  readonly compiledCode: string | undefined;
  /** Undefined when it failed: the result tells why. */
  readonly rows: QueryResult | undefined;
}

export interface ShowReport {
  readonly report: RunReport;
  readonly shown: readonly ShownQuery[];
}

/**
 * @param what nodes by id, or template text
 * @param limit how many rows at most; null for all
 */
export async function showQuery(
  what: { readonly nodes: ReadonlySet<NodeId> } | { readonly inline: string },
  limit: number | null,
  deps: RunDeps,
): Promise<ShowReport> {
  const { host } = deps.shared;
  const started = host.elapsedMs();
  const context: RunContext = { deps, compiler: new Compiler(deps) };
  const nodes =
    "inline" in what
      ? [inlineNode(what.inline, deps)]
      : [...what.nodes].sort().flatMap((id) => showable(id, deps));
  const results: NodeResult[] = [];
  const shown: ShownQuery[] = [];
  for (const node of nodes) {
    const { result, query } = await showNode(context, node, limit);
    results.push(result);
    shown.push(query);
  }
  const interrupted = host.signal.aborted;
  const success = !interrupted && results.every(({ status }) => status === "success");
  const report = {
    command: "show",
    generatedAt: host.now(),
    seconds: (host.elapsedMs() - started) / 1000,
    results,
    interrupted,
    success,
  };
  return { report, shown };
}

/** An inline query as a node of the root project. */
export function inlineNode(code: string, { manifest }: RunDeps): CompilableNode {
  const place = { file: "--inline", line: 1, column: 1 };
  const projectName = manifest.projectName;
  return queryNode({
    kind: "sql_operation",
    name: "inline_query",
    packageName: projectName,
    projectName,
    code,
    place,
  });
}

function showable(id: NodeId, { manifest }: RunDeps): (CompilableNode | Seed)[] {
  const resource = manifest.resources.get(id);
  return resource && "rawCode" in resource && resource.resourceType !== "operation" ? [resource] : [];
}

async function showNode(
  context: RunContext,
  node: CompilableNode | Seed,
  limit: number | null,
): Promise<{ readonly result: NodeResult; readonly query: ShownQuery }> {
  const { shared } = context.deps;
  const started = shared.host.elapsedMs();
  const progress = new NodeProgress(shared.host);
  let ended = outcome("success", null);
  let code: string | undefined;
  let rows: QueryResult | undefined;
  try {
    rows = await withWork(
      context,
      { id: node.id, signal: shared.host.signal },
      async ({ answerer, session }) => {
        progress.restart();
        code = await progress.measure("compile", async () => {
          if (node.resourceType === "seed") return seedQuery(node, context);
          progress.compiled = await context.compiler.compile(node, {
            answer: answerer.answer,
            write: node.resourceType !== "sql_operation",
          });
          return progress.compiled.code;
        });
        const own = code;
        return progress.measure("execute", async () => {
          const sql = await statementOf(context, node, own, limit, answerer.answer);
          await session.get();
          return (await answerer.answer({
            kind: "execute",
            sql,
            fetch: true,
            autoBegin: false,
            limit,
          })) as QueryResult;
        });
      },
    );
    ended = outcome("success", String(rows.response._message ?? ""), { response: rows.response });
  } catch (error) {
    const { message, diagnostics } = describeNodeError(error, node, shared, progress.compiled);
    ended = outcome("error", message, { diagnostics });
  }
  const result = stepResult({ facts: nodeFacts(node), resource: node }, ended, {
    thread: "main",
    seconds: (shared.host.elapsedMs() - started) / 1000,
    timing: progress.timing,
    compiledCode: code ?? null,
  });
  return { result, query: { node, compiledCode: code, rows } };
}

/** Macros that projects write to change what `show` sends; the last one is dispatched. */
const SHOW_MACROS: readonly string[] = ["get_show_sql", "get_limit_subquery_sql"];

/** What get_show_sql makes of a query: with its sql_header, and with the limit where a project limits by itself. */
async function statementOf(
  { deps, compiler }: RunContext,
  node: CompilableNode | Seed,
  code: string,
  limit: number | null,
  answer: Answer,
): Promise<string> {
  const { macros } = deps.shared;
  const found = SHOW_MACROS.map((name) => macros.find(name, node.packageName));
  const [show] = found;
  if (!show) return code;
  const limits = macros.dispatch("get_limit_sql", "dbt", node.packageName);
  const isOwn = [...found, limits].some((macro) => macro && !macros.isBuiltIn(macro));
  const scope = compiler.scope(node, { extra: new Map<string, Value>([["compiled_code", code]]) });
  const args = [code, node.config.get("sql_header") ?? null, isOwn ? limit : null];
  return toText(await driveAsync(callMacro(scope, show, args), answer));
}

/** A seed has no query of its own; its table is shown. */
function seedQuery(seed: Seed, { deps: { shared } }: RunContext): string {
  return `select * from ${renderRelation(nodeRelation(seed, shared), (name) => shared.adapter.quote(name))}`;
}
