// `etl lineage`

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import type { Flags } from "../../config/flags.ts";
import type { CommandSpec } from "../command.ts";

export const lineage: CommandSpec = {
  name: "lineage",
  group: "Look",
  summary: "Show where a column comes from and where it goes",
  description:
    "A model without a column means all of its columns. No query is run, but for the columns of sources.",
  argument: { name: "column", required: true, help: "model.column, source.table.column, or a model" },
  examples: [
    ["etl lineage orders.amount", "Both ways, down to the sources"],
    ["etl lineage stg_orders.amount --downstream --depth 1", "What breaks next when it changes"],
    ["etl lineage orders --output mermaid", "A diagram of all columns"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, print, words }) {
    const config = await configure();
    const { flags } = config;
    const address = words[0] ?? "";
    refuseBothWays(flags);
    const { projectLineage } = await import("../../pipeline.ts");
    const { lineageAnswer } = await import("../lineage-output.ts");
    await withProject(config, async (project) => {
      const graph = await projectLineage(project);
      print(lineageAnswer(address, graph, project));
    });
    return 0;
  },
};

function refuseBothWays(flags: Flags): void {
  if (!flags.boolean("upstream") || !flags.boolean("downstream")) return;
  throw new EtlError([
    errorAt("option-value", "--upstream and --downstream cannot be given together", undefined, {
      help: "leave both out to see both ways",
    }),
  ]);
}
