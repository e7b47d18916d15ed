// `etl docs export`

import type { ExportForm } from "../../project-docs.ts";
import type { CommandSpec } from "../command.ts";

export const docsExport: CommandSpec = {
  name: "docs export",
  group: "Look",
  summary: "Print the data dictionary, or the graph as Mermaid or DOT",
  examples: [
    ["etl docs export --select +orders --output mermaid", "The graph above orders, for Markdown"],
    ["etl docs export > dictionary.txt", "All tables and columns as text"],
  ],
  answersOnStdout: true,
  async run({ configure, host, id, startedAt, report }) {
    const config = await configure();
    const { withProject } = await import("../../pipeline.ts");
    const { exportDocs } = await import("../../project-docs.ts");
    const form = (config.flags.text("output") ?? "text") as ExportForm;
    const text = await withProject(config, { id, startedAt, command: "docs export" }, host, (project) =>
      exportDocs(project, form),
    );
    report.result(text.trimEnd(), "PrintEvent", "Z052");
    return 0;
  },
};
