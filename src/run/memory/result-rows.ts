// What a run leaves of itself: a row when it begins, and when it ends a row a node and one for the run.

import { version } from "../../../package.json";
import { isFailure } from "../../base/events.ts";
import type { SharedScope } from "../../context/scope.ts";
import { isRefable, type NodeId, type Resource } from "../../manifest/node.ts";
import { gitCommit } from "../../state/git-commit.ts";
import { relationKey } from "../../state/row-values.ts";
import { username } from "../../state/state-settings.ts";
import type { StateCell } from "../../state/state-store.ts";
import type { NodeResult, RunReport } from "../report.ts";
import type { BuiltNode } from "../run-model.ts";

type Row = Readonly<Record<string, StateCell>>;

/** Whether a resource is made in the warehouse under a name of its own. */
export function isBuilt(node: Resource): node is BuiltNode {
  return isRefable(node) || node.resourceType === "function";
}

/** The nodes whose relations are there now. */
export function builtNodes({ results }: RunReport): readonly BuiltNode[] {
  return results.flatMap(({ resource, status }) =>
    isBuilt(resource) && (status === "success" || status === "partial success") ? [resource] : [],
  );
}

/** The row of `runs`. @param args JSON of what the run was asked · planned: how many nodes it is to build */
export function startRow({ config, host, invocation }: SharedScope, args: string, planned: number): Row {
  return {
    run_id: invocation.id,
    started_at: invocation.startedAt,
    command: invocation.command,
    arguments: args,
    project: config.project.name,
    target: config.profile.target,
    git_commit: gitCommit(config.folder, host.files) ?? null,
    username: username(host.env),
    etl_version: version,
    planned,
  };
}

/** A row of `node_results`. @param statements that it sent · sizes: of relations, by relationKey */
export function resultRow(
  runId: string,
  result: NodeResult,
  statements: ReadonlyMap<NodeId, number>,
  sizes: ReadonlyMap<string, number>,
): Row {
  const { resource, status, timing, seconds, rows, failures, adapterResponse, message } = result;
  const relation = isBuilt(resource) ? resource : null;
  const processed = adapterResponse.bytes_processed;
  const size = relation && sizes.get(relationKey(relation.schema, relation.alias));
  return {
    run_id: runId,
    node_id: resource.id,
    resource_type: resource.resourceType,
    schema_name: relation?.schema ?? null,
    identifier: relation?.alias ?? null,
    status,
    started_at: timing[0]?.startedAt ?? null,
    seconds,
    statements: statements.get(resource.id) ?? 0,
    rows_affected: rows ?? null,
    failures,
    bytes: typeof processed === "number" ? processed : (size ?? null),
    message,
  };
}

/** The row of `run_ends`. */
export function endRow(runId: string, { results, interrupted, success, seconds }: RunReport, at: Date): Row {
  return {
    run_id: runId,
    ended_at: at,
    status: interrupted ? "interrupted" : success ? "success" : "failed",
    seconds,
    nodes: results.length,
    failed: results.filter(({ status }) => isFailure(status)).length,
  };
}
