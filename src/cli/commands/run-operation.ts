// `etl run-operation`

import type { CommandSpec } from "../command.ts";

export const runOperationCommand: CommandSpec = {
  name: "run-operation",
  group: "Build",
  summary: "Run a macro",
  argument: { name: "macro", required: true, help: "The name of a macro, or package.macro" },
  examples: [[`etl run-operation drop_old --args '{days: 3}'`, "With arguments"]],
  async run({ configure, withProject, words }) {
    const config = await configure();
    const { callOperation } = await import("../../pipeline.ts");
    const report = await withProject(config, (project) => callOperation(project, words[0] ?? ""));
    return report.success ? 0 : 1;
  },
};
