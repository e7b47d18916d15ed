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
  async run({ configure, withProject, print }) {
    const config = await configure();
    const { exportDocs } = await import("../../project-docs.ts");
    const form = (config.flags.text("output") ?? "text") as ExportForm;
    const text = await withProject(config, (project) => exportDocs(project, form));
    print(text.trimEnd());
    return 0;
  },
};
