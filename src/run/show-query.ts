// `show`: the first rows of a node's query, or of a query typed on the command line. The rows are read with a limit of
// the driver, so the query that runs is the user's own.

import { renderRelation } from "../adapter/relation.ts";
import type { QueryResult } from "../adapter/result.ts";
import { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import { nodeRelation } from "../compile/node-relation.ts";
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
        const sql = code;
        return progress.measure("execute", async () => {
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

/** A seed has no query of its own; its table is shown. */
function seedQuery(seed: Seed, { deps: { shared } }: RunContext): string {
  return `select * from ${renderRelation(nodeRelation(seed, shared), (name) => shared.adapter.quote(name))}`;
}
