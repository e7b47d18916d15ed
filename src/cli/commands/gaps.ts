// `etl gaps`

import type { CommandSpec } from "../command.ts";
import { viewText } from "../show-state.ts";

export const gaps: CommandSpec = {
  name: "gaps",
  group: "Remember",
  summary: "Find the rows that models with a watermark have missed, and build them",
  description:
    "Compares each table, up to its watermark, with what its query would give in a full refresh: by unique_key and the value of the watermark, or by --all-columns. Rows that came too late for the lookback are missing; those within it come with the next run (due). Exit 1 when something is missing.",
  argument: { name: "model", required: false, help: "Name of a model that has a watermark" },
  examples: [
    ["etl gaps", "All models with a watermark, by day or by the chunk of the watermark"],
    ["etl gaps daily_sales --all-columns", "Also rows that late data has changed, as in sums by day"],
    ["etl gaps events --fix", "Build the intervals of events that differ, and no others"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, print, words: [name], columns }) {
    const config = await configure();
    const { buildGaps } = await import("../../pipeline.ts");
    const { gapsToFix, projectGaps } = await import("../../project-gaps.ts");
    const { gapSentences, gapsJson, gapView, hasGaps } = await import("../gaps-output.ts");
    const asJson = config.flags.text("output") === "json";
    return withProject(config, async (project) => {
      const found = await projectGaps(project, name);
      const fixes = config.flags.boolean("fix") && found.some(({ intervals }) => intervals.length > 0);
      if (asJson) print(gapsJson(found));
      else {
        const view = gapView(found);
        if (view.rows.length > 0) print(await viewText(view, columns));
        for (const text of gapSentences(found, fixes)) print(text);
      }
      if (fixes) return (await buildGaps(project, gapsToFix(found))).success ? 0 : 1;
      return hasGaps(found) ? 1 : 0;
    });
  },
};
