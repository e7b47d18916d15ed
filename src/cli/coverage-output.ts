// How `etl docs coverage` prints.

import { type Counted, type Coverage, type NodeCoverage, percent } from "../docs/coverage.ts";

/** Missing columns that are named in one line. */
const MOST_NAMED = 8;

/** For people: the whole, each folder, and what each node lacks. */
export function coverageText(coverage: Coverage): string {
  const lines = [`${percentText(coverage)} documented (${countText(coverage)})`];
  for (const folder of coverage.folders) {
    lines.push("", `${folder.folder}: ${percentText(folder)} (${countText(folder)})`);
    for (const node of coverage.nodes)
      if (node.folder === folder.folder && node.documented < node.all) lines.push(`  ${nodeLine(node)}`);
  }
  return lines.join("\n");
}

function nodeLine(node: NodeCoverage): string {
  const { missing, lacksDescription, name } = node;
  const named = missing.slice(0, MOST_NAMED).join(", ");
  const rest = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : "";
  const lacks = [
    ...(lacksDescription ? ["its description"] : []),
    ...(missing.length > 0 ? [`${missing.length === 1 ? "column" : "columns"} ${named}${rest}`] : []),
  ];
  return `${percentText(node).padStart(5)}  ${name} lacks ${lacks.join("; ")}`;
}

function percentText(counted: Counted): string {
  return `${percent(counted)} %`;
}

function countText({ documented, all, inherited }: Counted): string {
  return `${documented} of ${all}${inherited > 0 ? `, ${inherited} inherited` : ""}`;
}

/** The whole report as JSON, with percents. */
export function coverageJson({ folders, nodes, ...total }: Coverage): string {
  const withPercent = <T extends Counted>(counted: T) => ({ percent: percent(counted), ...counted });
  return JSON.stringify(
    {
      ...withPercent(total),
      folders: folders.map(withPercent),
      nodes: nodes.map(({ id, lacksDescription, missing, ...node }) => ({
        unique_id: id,
        ...withPercent(node),
        lacks_description: lacksDescription,
        missing_columns: missing,
      })),
    },
    undefined,
    2,
  );
}
