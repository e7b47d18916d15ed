// Exposures and groups: what uses the models, and who answers for them.

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { ConfigTree } from "../config/config.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Exposure } from "../manifest/node.ts";
import { keepReference, newCapture } from "./capture.ts";
import { entryConfigs, fqnOf, type NodeMaker } from "./node-parts.ts";
import { type Entry, entryKey, filesOf } from "./properties.ts";
import type { ParseSession } from "./session.ts";
import { asDict, asList, asText, mergedMeta, textList } from "./value-shapes.ts";
import { writtenCall } from "./written-call.ts";

const types = ["dashboard", "notebook", "analysis", "ml", "application"];
const maturities = ["low", "medium", "high"];

/** Adds all exposures. */
export function addExposures(maker: NodeMaker): void {
  const { units, properties } = maker.session;
  for (const entry of properties.of("exposures"))
    units.run(entryKey(entry), [entry.file], () => addExposure(entry, maker));
}

function addExposure(entry: Entry, { session, descriptions }: NodeMaker): void {
  const { file, name, values } = entry;
  checkExposure(entry, session.diagnostics);
  const fqn = fqnOf(file.packageName, file.relative, name);
  const configs = entryConfigs(values, ["enabled"]);
  const merged = session.config("exposure", "exposures", fqn, configs);
  const { meta, tags } = labelsOf(values, merged, session.treeOf(file.packageName, "exposures"));
  const config: Dict = new Map([...merged, ["tags", tags], ["meta", meta]]);
  const calls = dependencies(entry, session.diagnostics);
  const exposure: Exposure = {
    id: `exposure.${file.packageName}.${name}`,
    resourceType: "exposure",
    name,
    packageName: file.packageName,
    path: file.relative,
    originalFilePath: file.original,
    fqn,
    place: entry.place(),
    type: asText(values.get("type")) ?? "",
    owner: asDict(values.get("owner")),
    description: descriptions.of(values.get("description"), entry, ["description"]).text,
    label: asText(values.get("label")) ?? null,
    maturity: asText(values.get("maturity")) ?? null,
    url: asText(values.get("url")) ?? null,
    meta,
    tags,
    config,
    unrenderedConfig: session.unrenderedConfig("exposures", fqn, configs),
    ...calls,
    dependsOnNodes: [],
    dependsOnMacros: [],
    createdAt: session.createdAt,
  };
  session.add(exposure);
}

/** Labels of an exposure are joined: those of the project's tree, those beside its name, those of its config. */
function labelsOf(
  values: Dict,
  config: Dict,
  tree: ConfigTree | undefined,
): { readonly meta: Dict; readonly tags: string[] } {
  const ofProject = tree?.children.get("meta")?.configs ?? [];
  const lists = [tree?.configs.get("tags"), values.get("tags"), config.get("tags")];
  return {
    meta: new Map([...ofProject, ...mergedMeta(values, config)]),
    tags: [...new Set(lists.flatMap(textList))].sort(),
  };
}

function checkExposure(entry: Entry, diagnostics: Diagnostic[]): void {
  const refuse = (message: string, key: string | undefined, help: string): void => {
    diagnostics.push(
      errorAt("exposure-invalid", message, key === undefined ? entry.place() : entry.place([key]), { help }),
    );
  };
  const choice = (key: string, known: readonly string[]): void => {
    const value = entry.values.get(key);
    if (value === undefined || value === null || known.includes(String(value))) return;
    refuse(
      `the ${key} of exposure "${entry.name}" cannot be "${String(value)}"`,
      key,
      didYouMean(String(value), known) ?? `one of ${known.join(", ")}`,
    );
  };
  if (!/^[\w-]+$/.test(entry.name))
    diagnostics.push(
      warningAt(
        "exposure-name",
        `the name of exposure "${entry.name}" should only hold letters, digits and _`,
        entry.place(),
        { help: "use label: for the words that people read" },
      ),
    );
  if (!entry.values.has("type"))
    refuse(`exposure "${entry.name}" has no type`, undefined, `add type: one of ${types.join(", ")}`);
  choice("type", types);
  choice("maturity", maturities);
  const owner = entry.values.get("owner");
  if (!canBeReached(owner)) {
    refuse(
      `exposure "${entry.name}" has no owner with a name or an e-mail address`,
      owner === undefined ? undefined : "owner",
      "add owner: {name: ..., email: ...}",
    );
  }
}

function dependencies(
  entry: Entry,
  diagnostics: Diagnostic[],
): Pick<Exposure, "refs" | "sources" | "metrics"> {
  const capture = newCapture();
  for (const [index, item] of asList(entry.values.get("depends_on")).entries()) {
    const place = entry.place(["depends_on", index]);
    const text = (asText(item) ?? "").replace(/^\s*\{\{(.*)\}\}\s*$/s, "$1").trim();
    const metric = /^metric\s*\(\s*(?:['"]([^'"]+)['"]\s*,\s*)?['"]([^'"]+)['"]\s*\)$/.exec(text);
    const call = metric ? undefined : writtenCall(text, place);
    if (metric)
      capture.metrics.push(
        metric[1] === undefined ? [metric[2] as string] : [metric[1], metric[2] as string],
      );
    else if (call) keepReference(capture, call);
    else {
      diagnostics.push(
        errorAt(
          "exposure-invalid",
          `exposure "${entry.name}" depends on "${text}", which is not a ref, source or metric`,
          place,
          { help: `write ref('${text.replaceAll(/\W/g, "")}')` },
        ),
      );
    }
  }
  const { refs, sources, metrics } = capture;
  return { refs, sources, metrics };
}

/** True for an owner with a name or an e-mail address. */
function canBeReached(owner: Value | undefined): boolean {
  return owner instanceof Map && (owner.has("name") || owner.has("email"));
}

/** Adds all groups. */
export function addGroups({ session }: NodeMaker): void {
  const entries = session.properties.of("groups");
  const isKept = session.units.run("groups", filesOf(entries), () => readGroups(entries, session));
  if (isKept)
    for (const [id, group] of session.previous?.manifest.groups ?? []) session.groups.set(id, group);
}

function readGroups(entries: readonly Entry[], session: ParseSession): void {
  for (const entry of entries) {
    const { file, name, values } = entry;
    const owner = values.get("owner");
    if (!canBeReached(owner)) {
      const lacks = owner instanceof Map ? "an owner without name and email" : "no owner";
      session.diagnostics.push(
        errorAt("properties-invalid", `group "${name}" has ${lacks}`, entry.place(), {
          help: "add owner: {name: ..., email: ...}",
        }),
      );
    }
    const id = `group.${file.packageName}.${name}`;
    const before = session.groups.get(id);
    if (before) {
      session.diagnostics.push(
        errorAt("duplicate-resource", `there are two groups with the name "${name}"`, entry.place(), {
          notes: [{ message: "the other one", place: before.place }],
        }),
      );
      continue;
    }
    session.groups.set(id, {
      id,
      name,
      packageName: file.packageName,
      path: file.relative,
      originalFilePath: file.original,
      owner: asDict(owner),
      description: asText(values.get("description")) ?? null,
      config: new Map<Value, Value>([["meta", new Map()], ...asDict(values.get("config"))]),
      place: entry.place(),
    });
  }
}
