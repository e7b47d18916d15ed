// Runs a unit test: the tested model compiled over fixtures in place of its inputs, its rows compared with the expected
// ones by the `unit` materialization. Behaviour of dbt (task/test.py, parser/unit_tests.py, UnitTestContext).

import { makeRelation } from "../../adapter/relation.ts";
import { EtlError, errorAt } from "../../base/diagnostic.ts";
import type { CompiledNode } from "../../compile/compile-node.ts";
import { compiledParts } from "../../compile/compiled-parts.ts";
import { type Cte, injectCtes } from "../../compile/inject-ctes.ts";
import { cteRelation } from "../../compile/node-relation.ts";
import { nodeScope } from "../../compile/node-scope.ts";
import { runReferences } from "../../compile/references.ts";
import { SqlPlaces } from "../../compile/sql-places.ts";
import { targetPath, unitTestPath, writeTargetFile } from "../../compile/target-files.ts";
import { createGlobals } from "../../context/globals.ts";
import { projectQuoting } from "../../context/project-quoting.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { NodeScope, References, SharedScope } from "../../context/scope.ts";
import type { TableValue } from "../../context/table-value.ts";
import { driveAsync } from "../../jinja/drive.ts";
import { toText } from "../../jinja/operations.ts";
import type { Dict, Value } from "../../jinja/value.ts";
import type { Model, NodeId, UnitTest } from "../../manifest/node.ts";
import { findMaterialization, responseOf, runMaterialization, runningNames } from "../materialize.ts";
import { type NodeProgress, type Outcome, outcome } from "../outcome.ts";
import type { RunContext, Work } from "../run-context.ts";
import { fixtureContent } from "./fixture-file.ts";
import { type Rows, unitTestDiff } from "./unit-test-diff.ts";
import { fixtureRows, type UnitTestInput, unitTestInputs } from "./unit-test-inputs.ts";

/** @throws JinjaError, DatabaseError, EtlError */
export async function runUnitTest(
  context: RunContext,
  test: UnitTest,
  work: Work,
  progress: NodeProgress,
): Promise<Outcome> {
  const model = context.deps.manifest.resources.get(test.testedNode ?? "");
  if (model?.resourceType !== "model") throw new Error(`${test.id} tests no model`);
  const compiled = await progress.measure("compile", () => compileTest(context, test, model, work));
  progress.compiled = compiled;
  return progress.measure("execute", async () => {
    const config = unitConfig(test, context.deps.shared);
    const resource = { ...test, config, alias: testName(test), database: model.database };
    const names = runningNames(context, resource, compiled.code);
    const { deps, compiler } = context;
    const { shared, manifest } = deps;
    const scope = nodeScope({
      shared,
      manifest,
      graph: compiler.graph.get,
      resource: test,
      config,
      references: runReferences({ shared, manifest, index: compiler.index, node: test, empty: false }),
      relation: makeRelation(
        { database: model.database, schema: model.schema, identifier: testName(test) },
        { quote: { ...projectQuoting(shared), identifier: true } },
      ),
      extra: names,
      compiled: compiledParts(compiled, shared.config.folder),
    });
    const { table, response } = await runMaterialization(
      context,
      work,
      scope,
      findMaterialization(context, "unit", test),
    );
    return judge(test, table, responseOf(response));
  });
}

function judge(test: UnitTest, table: TableValue | undefined, response: Outcome["response"]): Outcome {
  const diff = table && unitTestDiff(sideOf(table, "expected"), sideOf(table, "actual"));
  if (diff === undefined) return outcome("pass", null, { failures: 0, response });
  return outcome("fail", `\n\nactual differs from expected:\n\n${diff}\n`, {
    failures: 1,
    response,
    diagnostics: [
      errorAt(
        "unit-test-failed",
        `unit test "${test.name}" of model "${test.model}": the rows differ from the expected ones`,
        test.expect.place,
        { notes: [{ message: `expected → got:\n${diff}` }] },
      ),
    ],
  });
}

/** The rows of one side without the column that tells the sides apart. */
function sideOf({ data }: TableValue, side: "expected" | "actual"): Rows {
  const names = data.names.map((name) => name.toLowerCase());
  const told = names.indexOf("actual_or_expected");
  const without = <T>(list: readonly T[]) => list.filter((_, i) => i !== told);
  const rows = data.rows.filter((row) => row[told] === side);
  return {
    columns: without(names),
    rows: rows.map((row) => without(row).map((cell) => (cell === null ? null : toText(cell)))),
  };
}

function unitConfig(test: UnitTest, shared: SharedScope): Dict {
  const expect = { ...test.expect, rows: fixtureContent(test, test.expect, shared) };
  const sql = expect.format === "sql" && typeof expect.rows === "string" ? expect.rows : null;
  return new Map<Value, Value>([
    ...test.config,
    ["materialized", "unit"],
    ["expected_rows", sql === null ? fixtureRows(expect) : []],
    ["expected_sql", sql],
  ]);
}

function testName({ name, version }: UnitTest): string {
  return version === null ? name : `${name}_v${version}`;
}

async function compileTest(
  context: RunContext,
  test: UnitTest,
  model: Model,
  work: Work,
): Promise<CompiledNode> {
  const { compiler, deps } = context;
  const { shared } = deps;
  const inputs = unitTestInputs(test, model, compiler);
  const used = new Set<NodeId>();
  const self = inputs.get(model.id);
  if (self) used.add(model.id);
  const scope = nodeScope({
    shared,
    manifest: deps.manifest,
    graph: compiler.graph.get,
    resource: model,
    config: model.config,
    references: fixtureReferences(context, test, model, inputs, used),
    relation: null,
    // dbt gives the name of the CTE as text here, not a relation.
    extra: new Map<string, Value>(self ? [["this", self.cte]] : []),
    ...overridesOf(test),
  });
  const globals = createGlobals(scope);
  const { file, line, column } = model.rawPlace;
  const template = shared.environment.compile({ file, text: model.rawCode, line, column });
  const { text, map } = await driveAsync(template.render(globals), work.answerer.answer);
  const ctes: Cte[] = [];
  for (const id of used)
    ctes.push({ id, ...(await fixtureCte(context, inputs.get(id) as UnitTestInput, work)) });
  const injected = injectCtes({ text, pieces: [{ start: 0, end: text.length, map, from: 0 }] }, ctes);
  const path = targetPath({ ...test, path: unitTestPath(test, testName(test)) });
  writeTargetFile(shared.host, shared.config.targetFolder, "compiled", path, injected.text);
  return { node: model, code: injected.text, places: new SqlPlaces(injected.pieces), path, ctes, globals };
}

/** `ref` and `source` give the CTE of the input that stands for what is named. */
function fixtureReferences(
  { compiler, deps }: RunContext,
  test: UnitTest,
  model: Model,
  inputs: ReadonlyMap<NodeId, UnitTestInput>,
  used: Set<NodeId>,
): References {
  const { shared, manifest } = deps;
  const usual = runReferences({ shared, manifest, index: compiler.index, node: model, empty: false });
  const give = (id: NodeId | undefined, call: string): Value => {
    const input = id === undefined ? undefined : inputs.get(id);
    if (!input || id === undefined) {
      throw new EtlError([
        errorAt(
          "unit-test-input",
          `unit test "${test.name}" gives no rows for ${call}, which model "${model.name}" reads`,
          test.place,
          { help: `add to given: - {input: ${call}, rows: []}` },
        ),
      ]);
    }
    used.add(id);
    return new RelationValue(cteRelation(input.cte), shared.adapter);
  };
  return {
    ...usual,
    ref: (call) => give(compiler.index.findRef(call, model.packageName)?.id, `ref('${call.name}')`),
    source: ({ source, table }) =>
      give(
        compiler.index.findSource(source, table, model.packageName)?.id,
        `source('${source}', '${table}')`,
      ),
  };
}

/** The rows as SQL: by the macro get_fixture_sql, in the context of the relation that they stand for. */
async function fixtureCte(
  { compiler, deps }: RunContext,
  input: UnitTestInput,
  work: Work,
): Promise<Omit<Cte, "id">> {
  const { shared, manifest } = deps;
  const other = deps.deferred?.get(input.resource.id);
  const scope: NodeScope = nodeScope({
    shared,
    manifest,
    graph: compiler.graph.get,
    resource: input.resource,
    config: input.resource.config,
    references: runReferences({
      shared,
      manifest,
      index: compiler.index,
      node: input.resource,
      empty: false,
    }),
    relation: input.relation,
    extra: new Map(),
    ...(other ? { deferred: other } : {}),
  });
  const globals = createGlobals(scope);
  if (input.sql !== undefined) {
    const { file, line, column } = input.place;
    const template = shared.environment.compile({ file, text: input.sql, line, column });
    const { text, map } = await driveAsync(template.render(globals), work.answerer.answer);
    return { name: input.cte, sql: text, pieces: [{ start: 0, end: text.length, map, from: 0 }] };
  }
  const made = await driveAsync(
    globals.callMacro("get_fixture_sql", [[...input.rows], null]),
    work.answerer.answer,
  );
  return { name: input.cte, sql: toText(made), pieces: [] };
}

function overridesOf({ overrides }: UnitTest): Pick<NodeScope, "overrides"> {
  if (!overrides) return {};
  const named = <T>(dict: Dict, value: (item: Value) => T) =>
    new Map([...dict].map(([key, item]) => [String(key), value(item)]));
  const same = (item: Value) => item;
  return {
    overrides: {
      macros: named(overrides.macros, same),
      vars: named(overrides.vars, same),
      envVars: named(overrides.envVars, toText),
    },
  };
}
