// What nodes are called as datasets of OpenLineage: the namespace is the warehouse, as OpenLineage's own integration for
// dbt names it (provider/dbt/processor.py, extract_namespace), the name is that of the relation in it.

import { isEphemeral, sourceRelation } from "../compile/node-relation.ts";
import type { SharedScope } from "../context/scope.ts";
import type { DatasetName } from "../lineage/open-lineage.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { isRefable, type NodeId } from "../manifest/node.ts";

export class DatasetNames {
  readonly namespace: string;

  constructor(
    private readonly shared: SharedScope,
    private readonly manifest: Manifest,
  ) {
    this.namespace = namespaceOf(shared);
  }

  /** @returns undefined for what is no dataset: tests, ephemeral models */
  readonly of = (id: NodeId): DatasetName | undefined => {
    const resource = this.manifest.resources.get(id);
    if (resource?.resourceType === "source") {
      const { external } = sourceRelation(resource, this.shared);
      return external === undefined
        ? this.#named(resource.database, resource.schema, resource.identifier)
        : { namespace: "file", name: /'((?:[^']|'')*)'/.exec(external)?.[1] ?? external };
    }
    if (resource === undefined || !isRefable(resource) || isEphemeral(resource)) return undefined;
    return this.#named(resource.database, resource.schema, resource.alias);
  };

  /** What is no dataset, too, as its id: nothing else leads from column to column through it. */
  readonly orId = (id: NodeId): DatasetName => this.of(id) ?? { namespace: this.namespace, name: id };

  /** The datasets that a node reads, those of ephemeral models instead of these. */
  inputsOf(id: NodeId): NodeId[] {
    const inputs = new Set<NodeId>();
    const seen = new Set<NodeId>();
    const add = (from: NodeId): void => {
      for (const parent of this.manifest.parents.get(from) ?? []) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        if (this.of(parent) !== undefined) inputs.add(parent);
        else add(parent);
      }
    };
    add(id);
    return [...inputs];
  }

  #named(...parts: readonly (string | null)[]): DatasetName {
    return { namespace: this.namespace, name: parts.filter((part) => part).join(".") };
  }
}

/** By what the profile shows of the connection: a server, an account, a file. */
function namespaceOf({ credentials: { type, visible } }: SharedScope): string {
  const { host, port, account, path } = visible;
  if (typeof host === "string" && host !== "")
    return `${type}://${host}${port === undefined || port === null ? "" : `:${port}`}`;
  if (typeof account === "string") return `${type}://${account}`;
  return typeof path === "string" ? `${type}://${path}` : type;
}
