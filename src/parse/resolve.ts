// Resolves names to ids: refs, sources, functions and metrics of every resource become its parents. dbt's rules of which
// package is searched first, which version is meant, and who may refer to whom (dbt-core 1.11, contracts/graph/manifest.py).

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { Dict } from "../jinja/value.ts";
import { refText } from "../manifest/name-index.ts";
import type { DataTest, Model, NodeId, RefCall, Resource, Source, SourceCall } from "../manifest/node.ts";
import { Resolver } from "./resolver.ts";
import { measureNames, semanticParents } from "./semantic.ts";
import type { ParseSession } from "./session.ts";

/**
 * Gives every resource its parents; one that had the same in the last parse stays the same object. A test whose target is
 * missing or disabled is disabled with a warning; anything else is an error.
 * @returns resources and disabled ones, resolved
 */
export function resolveAll(session: ParseSession): {
  readonly resources: Map<NodeId, Resource>;
  readonly disabled: Map<NodeId, Resource[]>;
} {
  const resolver = new Resolver(
    session.resources.values(),
    [...session.disabled.values()].flat(),
    session.rootName,
  );
  const resources = new Map<NodeId, Resource>();
  const attach = (resource: Resource): Resource =>
    resource.resourceType === "test"
      ? new Resolution(resource, resolver, session).attached(resource)
      : resource;
  const disabled = new Map<NodeId, Resource[]>(
    [...session.disabled].map(([id, list]) => [id, list.map(attach)]),
  );
  for (const resource of session.resources.values()) {
    const resolution = new Resolution(resource, resolver, session);
    const resolved = resolution.resolve();
    // What refers to something broken is never run, as the broken thing's own mistake ends the command.
    if (resolution.off)
      disabled.set(resource.id, [...(disabled.get(resource.id) ?? []), withEnabledOff(resolved)]);
    else resources.set(resource.id, resolved);
  }
  return { resources, disabled };
}

function withEnabledOff(resource: Resource): Resource {
  if (!("config" in resource)) return resource;
  const config: Dict = new Map([...resource.config, ["enabled", false]]);
  if (resource.resourceType === "test") return { ...resource, config, lacksTarget: true };
  return resource.resourceType === "model"
    ? { ...resource, config, primaryKey: [] }
    : { ...resource, config };
}

/** The resolution of one resource. */
class Resolution {
  /** True when it must be disabled because its target is, or cannot be made. */
  off = false;
  private readonly parents = new Set<NodeId>();

  constructor(
    private readonly resource: Resource,
    private readonly resolver: Resolver,
    private readonly session: ParseSession,
  ) {}

  resolve(): Resource {
    const { resource } = this;
    if (!("dependsOnNodes" in resource)) return resource;
    if (resource.resourceType === "unit_test" && resource.testedNode !== null)
      this.parents.add(resource.testedNode);
    // dbt's order: the parents of a node are listed sources first.
    if ("sources" in resource) for (const call of resource.sources) this.addSource(call);
    if ("refs" in resource) for (const call of resource.refs) this.addRef(call);
    if ("functions" in resource) for (const call of resource.functions) this.addFunction(call);
    if ("metrics" in resource)
      for (const call of resource.metrics)
        this.addMetric(call.at(-1) ?? "", call.length > 1 ? (call[0] ?? null) : null);
    if ("body" in resource) {
      const { metrics, measures } = semanticParents(resource.body);
      for (const name of metrics) this.addMetric(name, null);
      if (measures.length > 0) this.addMeasures(measures);
    }
    const dependsOnNodes = [...this.parents];
    const isSame = sameList(resource.dependsOnNodes, dependsOnNodes);
    const resolved = isSame ? resource : { ...resource, dependsOnNodes };
    return resolved.resourceType === "test" ? this.attached(resolved) : resolved;
  }

  /** Generic tests belong to the model that they test, and are in its group. */
  attached(test: DataTest): DataTest {
    if (test.testMetadata === null) return test;
    const [, section, name] = test.fileKeyName?.match(/^(\w+)\.(.*)$/s) ?? [];
    // A macro may refer to other models, too, before or behind the one that it tests.
    const tested = section === "sources" ? undefined : test.refs.findLast((call) => call.name === name);
    const found = tested ? this.resolver.ref(tested, test.packageName) : undefined;
    const node = found && found.kind !== "missing" ? found.resource : undefined;
    const attachedNode = node?.id ?? null;
    const group = node && "group" in node ? node.group : null;
    return test.attachedNode === attachedNode && test.group === group
      ? test
      : { ...test, attachedNode, group };
  }

  private addRef(call: RefCall): void {
    const found = this.resolver.ref(call, this.resource.packageName);
    if (found.kind === "found") {
      this.checkAccess(found.resource, call);
      this.parents.add(found.resource.id);
    } else if (found.kind === "missing" && this.session.brokenNames.has(call.name)) this.off = true;
    else
      this.refuse(found.kind === "disabled" ? this.disabledRef(found.resource, call) : this.missingRef(call));
  }

  private addSource(call: SourceCall): void {
    const found = this.resolver.source(call, this.resource.packageName);
    if (found.kind === "found") {
      this.parents.add(found.resource.id);
      return;
    }
    if (found.kind === "missing" && this.session.brokenNames.has(call.table)) {
      this.off = true;
      return;
    }
    const shown = `source('${call.source}', '${call.table}')`;
    if (found.kind === "disabled") {
      this.refuse(
        errorAt("ref-disabled", `${this.subject()} reads ${shown}, which is disabled`, call.place, {
          notes: [{ message: "disabled here", place: found.resource.place }],
        }),
      );
      return;
    }
    const help = this.nearSource(call);
    this.refuse(
      errorAt("source-not-found", `${this.subject()} reads ${shown}, which does not exist`, call.place, {
        help,
      }),
    );
  }

  /** What may have been meant by a source that does not exist. */
  private nearSource(call: SourceCall): string {
    const known = this.resolver.sources();
    const same = known.filter(({ sourceName }) => sourceName === call.source);
    const labelOf = ({ sourceName, name }: Source): string => `${sourceName}.${name}`;
    const nearIn = (sources: readonly Source[]): Source | undefined => {
      const near = nearest(`${call.source}.${call.table}`, sources.map(labelOf));
      return sources.find((one) => labelOf(one) === near);
    };
    const near = nearIn(same) ?? nearIn(known) ?? known.find(({ name }) => name === call.table);
    if (near) return `did you mean source('${near.sourceName}', '${near.name}')?`;
    if (same.length > 0) return `tables of "${call.source}": ${same.map(({ name }) => name).join(", ")}`;
    return this.resolver.refables().has(call.table)
      ? `"${call.table}" is a model: write ref('${call.table}')`
      : `describe it in a properties file under sources: - name: ${call.source}`;
  }

  private addFunction(call: RefCall): void {
    const found = this.resolver.function(call.name, call.packageName, this.resource.packageName);
    if (found.kind === "found") {
      this.parents.add(found.resource.id);
      return;
    }
    const which = found.kind === "disabled" ? "is disabled" : "does not exist";
    this.refuse(
      errorAt(
        "function-not-found",
        `${this.subject()} calls function('${call.name}'), which ${which}`,
        call.place,
      ),
    );
  }

  private addMetric(name: string, packageName: string | null): void {
    const found = this.resolver.metric(name, packageName, this.resource.packageName);
    if (found.kind === "found") {
      this.parents.add(found.resource.id);
      return;
    }
    const subject = `${this.subject()} refers to the metric "${name}", which`;
    const { place } = this.resource;
    if (found.kind === "missing") this.refuse(errorAt("ref-not-found", `${subject} does not exist`, place));
    else {
      const notes = [{ message: "disabled here", place: found.resource.place }];
      this.refuse(errorAt("ref-disabled", `${subject} is disabled`, place, { notes }));
    }
  }

  /** Metrics depend on the semantic model that has their measure. */
  private addMeasures(names: readonly string[]): void {
    const found = new Set<string>();
    for (const other of this.session.resources.values()) {
      if (other.resourceType !== "semantic_model") continue;
      const measures = measureNames(other.body).filter((name) => names.includes(name));
      if (measures.length > 0) this.parents.add(other.id);
      for (const name of measures) found.add(name);
    }
    for (const name of names) if (!found.has(name)) this.refuse(this.missingMeasure(name));
  }

  private missingMeasure(name: string): Diagnostic {
    const disabled = [...this.session.disabled.values()]
      .flat()
      .find((one) => one.resourceType === "semantic_model" && measureNames(one.body).includes(name));
    return errorAt(
      "ref-not-found",
      `${this.subject()} reads the measure "${name}", ${disabled ? `but the semantic model "${disabled.name}" is disabled` : "which no semantic model has"}`,
      this.resource.place,
    );
  }

  private missingRef(call: RefCall): Diagnostic {
    const shown = refText(call);
    const versions = this.resolver.versions(call.name);
    if (call.version !== null && versions.length > 0) {
      return errorAt(
        "ref-not-found",
        `${this.subject()} refers to ${shown}, but "${call.name}" has no version ${call.version}`,
        call.place,
        { help: `versions: ${versions.map(({ version }) => version).join(", ")}` },
      );
    }
    const unversioned = call.version === null ? undefined : this.unversioned(call);
    if (unversioned) {
      return errorAt(
        "ref-not-found",
        `${this.subject()} refers to ${shown}, but "${call.name}" has no versions`,
        call.place,
        { help: `write ${refText({ ...call, version: null })}` },
      );
    }
    const names = this.resolver.refables();
    const elsewhere = names.get(call.name)?.[0];
    const near = nearest(call.name, names.keys());
    const target = elsewhere ?? (near === undefined ? undefined : names.get(near)?.[0]);
    const table = this.resolver.sources().find(({ name }) => name === call.name);
    const help =
      table && !elsewhere
        ? `"${call.name}" is a source table: write source('${table.sourceName}', '${table.name}')`
        : target
          ? `did you mean ${elsewhere ? `ref('${target.packageName}', '${target.name}')` : `"${target.name}"`} (${target.place.file})?`
          : "etl ls lists all names";
    return errorAt(
      "ref-not-found",
      `${this.subject()} refers to ${call.packageName === null && call.version === null ? `"${call.name}"` : shown}, which does not exist`,
      call.place,
      {
        help: this.inComment(call.place)
          ? `SQL comments do not stop Jinja: write {# ... #}${target ? `; else ${help}` : ""}`
          : help,
      },
    );
  }

  /** What the call would mean if it named no version. */
  private unversioned(call: RefCall): Resource | undefined {
    const found = this.resolver.ref({ ...call, version: null }, this.resource.packageName);
    return found.kind === "found" ? found.resource : undefined;
  }

  private disabledRef(target: Resource, call: RefCall): Diagnostic {
    const where = "patchPlace" in target ? (target.patchPlace ?? target.place) : target.place;
    return errorAt(
      "ref-disabled",
      `${this.subject()} refers to ${refText(call)}, which is disabled`,
      call.place,
      {
        notes: [
          { message: `${target.resourceType} "${target.name}" is disabled (enabled: false)`, place: where },
        ],
        help: "enable it, or take the reference out",
      },
    );
  }

  /**
   * Private models are for their group, which those without one have none of; those of a package that restricts access
   * are for that package unless they are public (dbt's is_invalid_private_ref and is_invalid_protected_ref).
   */
  private checkAccess(target: Resource, call: RefCall): void {
    const { resource } = this;
    if (target.resourceType !== "model" || target.access === "public") return;
    if (resource.resourceType === "unit_test") return;
    const reader = resource.resourceType === "test" ? this.attached(resource) : resource;
    const group = "group" in reader ? reader.group : null;
    const isOutside =
      resource.packageName !== target.packageName && this.session.restrictsAccess(target.packageName);
    const isPrivate = target.access === "private" && (group === null || group !== target.group);
    if (!isPrivate && !isOutside) return;
    const whose = target.group === null ? "though in no group" : `to the group "${target.group}"`;
    const text = isOutside
      ? `${target.access} in a package that restricts access`
      : `private${target.group === null ? "," : ""} ${whose}`;
    this.session.diagnostics.push(
      errorAt("ref-private", `${this.subject()} refers to "${target.name}", which is ${text}`, call.place, {
        notes: [{ message: "declared here", place: target.patchPlace ?? target.place }],
        help: isOutside ? `make "${target.name}" public` : groupHelp(target, group),
      }),
    );
  }

  private refuse(diagnostic: Diagnostic): void {
    if (this.resource.resourceType === "test") {
      this.off = true;
      if (diagnostic.code === "ref-disabled" || this.isTestOfUnmatched(this.resource)) return;
      const { message, place, severity: _, code, ...rest } = diagnostic;
      this.session.diagnostics.push(warningAt(code, `${message}, so the test is not run`, place, rest));
      return;
    }
    this.session.diagnostics.push(diagnostic);
  }

  /** The properties of what a generic test tests have been told to describe nothing. */
  private isTestOfUnmatched({ testMetadata, fileKeyName, packageName }: DataTest): boolean {
    const tested = testMetadata === null ? undefined : fileKeyName?.split(".").at(-1);
    return tested !== undefined && this.session.unmatched.has(`${packageName}\0${tested}`);
  }

  private subject(): string {
    return `${this.resource.resourceType.replace("_", " ")} "${this.resource.name}"`;
  }

  /** Whether the line before a place is an SQL comment. */
  private inComment(place: Place): boolean {
    const code = "rawCode" in this.resource ? this.resource.rawCode : "";
    const first = "rawPlace" in this.resource ? this.resource.rawPlace.line : 1;
    return /^\s*--/.test(code.split("\n")[place.line - first] ?? "");
  }
}

/** What lets a node read a private model. @param group of the node */
function groupHelp({ name, group: owners }: Model, group: string | null): string {
  if (group !== null) return `it is in the group "${group}"`;
  return `${owners === null ? "" : `put it into the group "${owners}", or `}make "${name}" protected`;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
