// `run-operation`: calls one macro with arguments, outside of any node. What it left open is committed at its end, as
// dbt does (task/run_operation.py).

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { bareScope } from "../compile/bare-scope.ts";
import { Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import { callMacroIn } from "../context/call-macro.ts";
import { createGlobals } from "../context/globals.ts";
import { driveAsync } from "../jinja/drive.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { describeNodeError } from "./node-error.ts";
import { nodeFacts } from "./node-facts.ts";
import { NodeProgress, outcome } from "./outcome.ts";
import { queryNode } from "./query-node.ts";
import type { RunReport } from "./report.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { stepResult } from "./step-result.ts";

/**
 * @param request.macro as typed: "name", or "package.name"
 * @param request.args keyword arguments of the macro
 * @throws EtlError(macro-not-found) with the nearest macro
 */
export async function runOperation(
  request: { readonly macro: string; readonly args: Dict },
  deps: RunDeps,
): Promise<RunReport> {
  const { host } = deps.shared;
  const macro = findMacro(request.macro, deps);
  const started = host.elapsedMs();
  const context: RunContext = { deps, compiler: new Compiler(deps) };
  const hook = queryNode({
    kind: "operation",
    name: macro.name,
    packageName: macro.packageName,
    projectName: deps.manifest.projectName,
    code: "",
    place: macro.place,
  });
  // dbt's results name the macro that was run.
  const operation = { ...hook, id: macro.id };
  const progress = new NodeProgress(host);
  const kwargs = new Map<string, Value>([...request.args].map(([key, value]) => [String(key), value]));
  let ended = outcome("success", null, { failures: 0 });
  try {
    await progress.measure("execute", () =>
      withWork(
        context,
        { id: operation.id, connection: `macro_${macro.name}`, signal: host.signal },
        async ({ answerer }) => {
          const globals = createGlobals(bareScope(context.compiler, operation.id, macro.packageName));
          await driveAsync(callMacroIn(globals, macro, [], kwargs), answerer.answer);
          await answerer.answer({ kind: "commit" });
        },
      ),
    );
  } catch (error) {
    const { message, diagnostics } = describeNodeError(error, operation, deps.shared);
    ended = outcome("error", message, { diagnostics, failures: 1 });
  }
  const seconds = (host.elapsedMs() - started) / 1000;
  const result = stepResult({ facts: nodeFacts(operation), resource: operation }, ended, {
    thread: "main",
    seconds,
    timing: progress.timing,
    compiledCode: null,
  });
  const interrupted = host.signal.aborted;
  const report = { command: "run-operation", generatedAt: host.now(), seconds, results: [result] };
  return { ...report, interrupted, success: !interrupted && ended.status === "success" };
}

function findMacro(typed: string, { shared: { macros } }: RunDeps): Macro {
  const dot = typed.indexOf(".");
  const found =
    dot < 0 ? macros.findAnywhere(typed) : macros.findIn(typed.slice(0, dot), typed.slice(dot + 1));
  if (found) return found;
  const known = [...macros.names(macros.rootProject)];
  throw new EtlError([
    errorAt("macro-not-found", `there is no macro "${typed}"`, undefined, {
      help:
        didYouMean(dot < 0 ? typed : typed.slice(dot + 1), known) ??
        "write the macro's name, or package.name for a macro of a package",
    }),
  ]);
}
