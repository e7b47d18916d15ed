// The inputs of a unit test: each stands for a model, seed, snapshot or source and becomes a CTE made of its rows.
// Behaviour of dbt (parser/unit_tests.py): inputs act as ephemeral models in place of what they are named after.

import type { Relation } from "../../adapter/relation.ts";
import { cteName } from "../../adapter/relation.ts";
import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { Compiler } from "../../compile/compile-node.ts";
import { nodeRelation, sourceRelation } from "../../compile/node-relation.ts";
import { refFunction, sourceFunction } from "../../context/reference-functions.ts";
import type { References, SharedScope } from "../../context/scope.ts";
import { drive } from "../../jinja/drive.ts";
import { JinjaError } from "../../jinja/errors.ts";
import type { Dict, Value } from "../../jinja/value.ts";
import type {
  Model,
  NodeId,
  Seed,
  Snapshot,
  Source,
  UnitTest,
  UnitTestFixture,
} from "../../manifest/node.ts";
import { csvRows } from "../../parse/fixture-rows.ts";
import { delimiterOf } from "../seed-file.ts";
import { fixtureContent } from "./fixture-file.ts";

export interface UnitTestInput {
  readonly resource: Model | Seed | Snapshot | Source;
  readonly relation: Relation;
  readonly cte: string;
  /** Template text of an `sql` fixture, else rows as dicts. */
  readonly sql: string | undefined;
  readonly rows: readonly Dict[];
  readonly place: Place;
}

/**
 * Resolves what the inputs are named after.
 * @returns the inputs by the id of what they stand for; `this` stands for the tested model
 * @throws EtlError(unit-test-input) for an input that names nothing
 */
export function unitTestInputs(
  test: UnitTest,
  model: Model,
  compiler: Compiler,
): ReadonlyMap<NodeId, UnitTestInput> {
  const { shared } = compiler.deps;
  const inputs = new Map<NodeId, UnitTestInput>();
  for (const written of test.given) {
    const given = { ...written, rows: fixtureContent(test, written, shared) };
    const resource =
      given.input.trim() === "this" ? model : findInput(test, given.input, given.place, compiler);
    const isSource = resource.resourceType === "source";
    inputs.set(resource.id, {
      resource,
      relation: isSource ? sourceRelation(resource, shared) : nodeRelation(resource, shared),
      cte: cteName(isSource ? `${resource.sourceName}__${resource.name}` : resource.alias),
      sql: given.format === "sql" && typeof given.rows === "string" ? given.rows : undefined,
      rows:
        given.rows === null && resource.resourceType === "seed"
          ? seedRows(resource, shared)
          : fixtureRows(given),
      place: given.place,
    });
  }
  return inputs;
}

/** Rows of a fixture as dicts. */
export function fixtureRows({ rows }: Pick<UnitTestFixture, "rows">): Dict[] {
  return Array.isArray(rows) ? rows.filter((row): row is Dict => row instanceof Map) : [];
}

/** An input without rows that is a seed has those of its file. */
function seedRows(seed: Seed, { host }: SharedScope): Dict[] {
  return csvRows(host.files.readText(`${seed.rootPath}/${seed.originalFilePath}`), delimiterOf(seed));
}

function findInput(
  test: UnitTest,
  input: string,
  place: Place,
  compiler: Compiler,
): UnitTestInput["resource"] {
  const { index } = compiler;
  let found: UnitTestInput["resource"] | undefined;
  let asked = input;
  let names: Iterable<string> = index.refNames();
  const references: References = {
    ref: (call) => {
      asked = call.name;
      found = index.findRef(call, test.packageName);
      return null;
    },
    source: ({ source, table }) => {
      asked = `${source}.${table}`;
      names = index.sourceNames();
      found = index.findSource(source, table, test.packageName);
      return null;
    },
    metric: () => null,
    function: () => null,
  };
  evaluateInput(test, input, place, references, compiler);
  if (found) return found;
  throw inputError(
    `input of unit test "${test.name}" names ${input}, which does not exist`,
    place,
    didYouMean(asked, names),
  );
}

/** Calls the ref or source that is written as an input. @throws EtlError(unit-test-input) for what is neither */
function evaluateInput(
  test: UnitTest,
  input: string,
  place: Place,
  references: References,
  { deps }: Compiler,
): void {
  const { environment } = deps.shared;
  const { file, line, column } = place;
  const template = environment.compile({ file, line, column, text: `{{ ${input} }}` });
  const names = new Map<string, Value>([
    ["ref", refFunction(references)],
    ["source", sourceFunction(references)],
  ]);
  try {
    drive(template.render(names), () => null);
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    throw inputError(
      `input of unit test "${test.name}" is not understood: ${input}`,
      place,
      "write ref('model'), source('source', 'table') or this",
    );
  }
}

function inputError(message: string, place: Place, help: string | undefined): EtlError {
  return new EtlError([errorAt("unit-test-input", message, place, { help })]);
}
