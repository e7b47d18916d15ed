// The JSON shapes of what a manifest holds beside resources: macros, docs blocks, groups.

import type { Dict, Value } from "../jinja/value.ts";
import { dict, docsValue, ownerValue } from "./json-parts.ts";
import type { DocBlock, Group, Macro } from "./manifest.ts";

/** A macro as manifest.json shows it. */
export function macroToValue(macro: Macro): Dict {
  const docs = docsValue(macro.docs);
  return dict([
    ["name", macro.name],
    ["resource_type", "macro"],
    ["package_name", macro.packageName],
    ["path", macro.path],
    ["original_file_path", macro.originalFilePath],
    ["unique_id", macro.id],
    ["macro_sql", macro.block.text],
    ["depends_on", dict([["macros", [...macro.dependsOnMacros]]])],
    ["description", macro.description],
    ["meta", macro.meta],
    ["docs", docs],
    ["config", configValue(macro, docs)],
    ["patch_path", macro.patchPath],
    [
      "arguments",
      macro.arguments.map((argument) =>
        dict([
          ["name", argument.name],
          ["type", argument.type],
          ["description", argument.description],
        ]),
      ),
    ],
    ["created_at", macro.createdAt],
    ["supported_languages", macro.supportedLanguages && [...macro.supportedLanguages]],
  ]);
}

/** dbt repeats meta and docs here; other keys are the user's own. */
function configValue({ config, meta }: Macro, docs: Dict): Dict {
  return new Map<Value, Value>([["meta", meta], ["docs", docs], ...config])
    .set("meta", meta)
    .set("docs", docs);
}

/** A docs block as manifest.json shows it. */
export function docToValue(doc: DocBlock): Dict {
  return dict([
    ["name", doc.name],
    ["resource_type", "doc"],
    ["package_name", doc.packageName],
    ["path", doc.path],
    ["original_file_path", doc.originalFilePath],
    ["unique_id", doc.id],
    ["block_contents", doc.contents],
  ]);
}

/** A group as manifest.json and `graph.groups` show it. */
export function groupToValue(group: Group): Dict {
  return dict([
    ["name", group.name],
    ["resource_type", "group"],
    ["package_name", group.packageName],
    ["path", group.path],
    ["original_file_path", group.originalFilePath],
    ["unique_id", group.id],
    ["owner", ownerValue(group.owner)],
    ["description", group.description],
    ["config", group.config],
  ]);
}
