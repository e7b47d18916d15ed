// `etl docs coverage`

import type { CommandSpec } from "../command.ts";

export const docsCoverage: CommandSpec = {
  name: "docs coverage",
  group: "Look",
  summary: "Tell how much is documented, and what is not",
  description:
    "Sources, seeds, snapshots and models count, and each of their columns. Columns are those of the last docs generate.",
  examples: [
    ["etl docs coverage", "The project"],
    ["etl docs coverage --select marts --fail-under 90", "For CI: exit 1 below 90 percent"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, print }) {
    const config = await configure();
    const { coverageOf } = await import("../../project-docs.ts");
    const { percent } = await import("../../docs/coverage.ts");
    const { coverageJson, coverageText } = await import("../coverage-output.ts");
    const asJson = config.flags.text("output") === "json";
    const coverage = await withProject(config, coverageOf);
    print(asJson ? coverageJson(coverage) : coverageText(coverage));
    const least = config.flags.get("fail_under");
    return typeof least === "number" && percent(coverage) < least ? 1 : 0;
  },
};
