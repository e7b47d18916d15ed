// The public API: what the command line itself uses, typed. A Host stands for the machine: files, clock, events,
// cancellation; `nodeHost` makes the real one. Nothing here prints or ends the process.
//
//   const host = nodeHost({ cwd, env: process.env, emit: console.log, clean: (text) => text, signal });
//   const config = await loadConfig({ command: "build", cli: new Map([["select", ["orders+"]]]), cwd }, host);
//   const report = await withProject(config, { id: host.uuid(), startedAt: host.now(), command: "build" }, host,
//     (project) => buildNodes(project, "build"));

export type { Code } from "./base/codes.ts";
export { codes } from "./base/codes.ts";
export type { Diagnostic, Note, Place, Severity } from "./base/diagnostic.ts";
export { EtlError } from "./base/diagnostic.ts";
export type { EtlEvent, NodeFacts, NodeFinished, NodeStatus, ResultSample } from "./base/events.ts";
export type { Files, Host } from "./base/host.ts";
export type { NodeHostOptions } from "./base/node-host.ts";
export { nodeHost } from "./base/node-host.ts";
export type { Config } from "./config/config.ts";
export type { Command } from "./config/flag-table.ts";
export type { ConfigRequest } from "./config/load-config.ts";
export { loadConfig } from "./config/load-config.ts";
export type {
  ColumnEdge,
  IndirectEdge,
  LineageGraph,
  LineageNode,
  TableEdge,
} from "./lineage/lineage-graph.ts";
export type { Manifest } from "./manifest/manifest.ts";
export type { NodeId, Resource } from "./manifest/node.ts";
export type { OpenProject } from "./open-project.ts";
export type { NodeCommand } from "./pipeline.ts";
export {
  buildNodes,
  callOperation,
  compileInline,
  compileSelected,
  installDependencies,
  measureFreshness,
  projectLineage,
  retryRun,
  selectIn,
  showRows,
  testConnection,
  withProject,
} from "./pipeline.ts";
export { coverageOf, exportDocs, generateDocs } from "./project-docs.ts";
export { Report } from "./report/report.ts";
export { reportSettings } from "./report/settings.ts";
export type { NodeResult, RunReport } from "./run/report.ts";
