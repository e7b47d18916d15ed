// Tests as a reader looks for them: by node and column, with their last results; and what relationships tests tell of how
// tables belong together.

import type { Value } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { DataTest, NodeId, Resource } from "../manifest/node.ts";
import type { LastRun, Outcome } from "./last-run.ts";
import type { ResultDetails, TestDetails } from "./node-details.ts";
import { testedNodes } from "./site-entries.ts";
import { valueText } from "./value-pairs.ts";

export interface NodeTests {
  /** By name of the column as the test names it, without quotes. */
  readonly columns: ReadonlyMap<string, readonly TestDetails[]>;
  /** Tests of the node as a whole. */
  readonly whole: readonly TestDetails[];
}

const LONGEST_MESSAGE = 1000;

/**
 * All tests by the node that they test.
 * @param numbers of tests that have a page
 */
export function testsByNode(
  manifest: Manifest,
  numbers: ReadonlyMap<string, number>,
  run: LastRun | undefined,
): ReadonlyMap<NodeId, NodeTests> {
  const found = new Map<NodeId, { columns: Map<string, TestDetails[]>; whole: TestDetails[] }>();
  for (const resource of manifest.resources.values()) {
    for (const node of testedNodes(resource)) {
      const tests = found.get(node) ?? { columns: new Map<string, TestDetails[]>(), whole: [] };
      found.set(node, tests);
      listFor(tests, resource).push(testDetails(resource, numbers.get(resource.id), run));
    }
  }
  return found;
}

function listFor(
  tests: { columns: Map<string, TestDetails[]>; whole: TestDetails[] },
  resource: Resource,
): TestDetails[] {
  const column =
    resource.resourceType === "test" && resource.testMetadata ? testedColumn(resource) : undefined;
  if (column === undefined) return tests.whole;
  const known = tests.columns.get(column);
  if (known) return known;
  const list: TestDetails[] = [];
  tests.columns.set(column, list);
  return list;
}

/** The column of a generic test, without the quotes that `quote: true` puts around it. */
export function testedColumn({ columnName }: DataTest): string | undefined {
  return columnName === null ? undefined : unquoted(columnName);
}

function unquoted(name: string): string {
  return /^(["`]).*\1$/.test(name) ? name.slice(1, -1) : name;
}

function testDetails(resource: Resource, page: number | undefined, run: LastRun | undefined): TestDetails {
  const outcome = run?.outcomes.get(resource.id);
  const severity = "config" in resource ? resource.config.get("severity") : undefined;
  return {
    label: testLabel(resource),
    id: resource.id,
    ...(outcome && { result: resultDetails(outcome, run) }),
    ...(typeof severity === "string" && severity.toLowerCase() === "warn" && { severity: "warn" as const }),
    ...(page !== undefined && { page }),
  };
}

/** As a reader would say it: "unique", "accepted_values: a, b", the name of a test that has one. */
export function testLabel(resource: Resource): string {
  if (resource.resourceType !== "test" || !resource.testMetadata) return resource.name;
  const { name, namespace, kwargs } = resource.testMetadata;
  const full = namespace === null ? name : `${namespace}.${name}`;
  const field = kwargs.get("field");
  if (name === "relationships" && typeof field === "string")
    return `${full} to ${argumentText(kwargs.get("to") ?? "")}.${field}`;
  const args = [...kwargs].filter(([key]) => key !== "model" && key !== "column_name");
  return args.length === 0 ? full : `${full}: ${args.map(([, value]) => argumentText(value)).join(", ")}`;
}

function argumentText(value: Value): string {
  if (typeof value === "string") return shortened(plainReference(value));
  if (Array.isArray(value)) return shortened(value.map(argumentText).join(", "));
  return shortened(valueText(value));
}

/** "ref('riders')" as "riders". */
function plainReference(text: string): string {
  const call = /^(?:\{\{)?\s*(?:ref|source)\((.*)\)\s*(?:\}\})?$/.exec(text);
  return call?.[1] === undefined ? text : call[1].replaceAll(/['"]/g, "").replaceAll(/\s*,\s*/g, ".");
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** What the last run says about a node or test. */
export function resultDetails(outcome: Outcome, run: LastRun | undefined): ResultDetails {
  const { health, status, seconds, failures, rows, message, endedAt } = outcome;
  const at = endedAt === null ? run?.at : new Date(endedAt).toISOString();
  return {
    health,
    status,
    seconds,
    ...(failures !== null && failures > 0 && { failures }),
    ...(rows !== null && rows >= 0 && { rows }),
    ...(message !== null && health !== "ok" && { message: message.slice(0, LONGEST_MESSAGE) }),
    ...(at && { at }),
  };
}
