// What properties files say of macros, and which macros a macro calls.

import { warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { MacroIndex } from "../context/macro-index.ts";
import type { Macro, MacroId } from "../manifest/manifest.ts";
import type { Descriptions } from "./descriptions.ts";
import { calledNames } from "./macro-calls.ts";
import { readDocs } from "./node-parts.ts";
import type { Entry } from "./properties.ts";
import type { ParseSession } from "./session.ts";
import { asDict, asList, asText, mergedMeta } from "./value-shapes.ts";

/** All macros with descriptions, arguments and dependencies, by id. */
export function describeMacros(
  macros: readonly Macro[],
  index: MacroIndex,
  session: ParseSession,
  descriptions: Descriptions,
): Map<MacroId, Macro> {
  const described = new Map<MacroId, Macro>();
  for (const macro of macros)
    described.set(macro.id, { ...macro, dependsOnMacros: calledMacros(macro, index) });
  for (const entry of session.properties.of("macros")) {
    const id = [
      `macro.${entry.file.packageName}.${entry.name}`,
      `macro.${entry.file.packageName}.test_${entry.name}`,
    ].find((one) => described.has(one));
    const macro = id === undefined ? undefined : described.get(id);
    if (id === undefined || !macro) {
      const own = macros.filter((one) => one.packageName === entry.file.packageName);
      const names = own.map((one) => one.block.shortName);
      session.diagnostics.push(
        warningAt(
          "properties-unmatched",
          `macro "${entry.name}" is described, but does not exist`,
          entry.place(),
          { help: didYouMean(entry.name, names) },
        ),
      );
      continue;
    }
    described.set(id, describe(macro, entry, descriptions));
  }
  return described;
}

function describe(macro: Macro, entry: Entry, descriptions: Descriptions): Macro {
  const config = asDict(entry.values.get("config"));
  return {
    ...macro,
    description: descriptions.of(entry.values.get("description"), entry, ["description"]).text,
    meta: mergedMeta(entry.values, config),
    docs: readDocs(entry.values.get("docs") ?? config.get("docs")),
    patchPath: `${entry.file.packageName}://${entry.file.original}`,
    arguments: asList(entry.values.get("arguments")).flatMap((item, index) =>
      item instanceof Map
        ? [
            {
              name: asText(item.get("name")) ?? "",
              type: asText(item.get("type")) ?? null,
              description: descriptions.of(item.get("description"), entry, [
                "arguments",
                index,
                "description",
              ]).text,
            },
          ]
        : [],
    ),
    config,
  };
}

/** Ids of the macros that a macro's text calls, directly or by dispatch, as far as names tell. */
function calledMacros(macro: Macro, index: MacroIndex): MacroId[] {
  const found = new Set<MacroId>();
  for (const { namespace, name, dispatch } of calledNames(macro.block.text)) {
    const called =
      namespace === null
        ? name === macro.name
          ? undefined
          : index.find(name, macro.packageName)
        : index.hasPackage(namespace)
          ? index.findIn(namespace, name)
          : undefined;
    if (called) found.add(called.id);
    const dispatched = dispatch && index.dispatch(dispatch.name, dispatch.namespace, macro.packageName);
    if (dispatched) found.add(dispatched.id);
  }
  return [...found];
}
