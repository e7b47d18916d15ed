// `etl lint`

import { version } from "../../../package.json";
import { hasErrors } from "../../base/diagnostic.ts";
import type { CommandSpec } from "../command.ts";

export const lint: CommandSpec = {
  name: "lint",
  group: "Look",
  summary: "Check the SQL of models without running it",
  description:
    "Tells names that do not exist, ambiguous columns, broken contracts, and what nothing uses. A comment -- etl: ignore <code>: <reason> silences a check for its line and the next one.",
  examples: [
    ["etl lint", "The project; exit 1 when there is an error"],
    ["etl lint --select +orders", "What orders is made of"],
    ["etl lint --output sarif > etl.sarif", "For code hosts that show findings beside lines"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, host, print, say }) {
    const config = await configure();
    const { lintProject } = await import("../../pipeline.ts");
    const found = await withProject(config, lintProject);
    switch (config.flags.text("output")) {
      case "sarif": {
        const { sarifText } = await import("../../report/sarif.ts");
        print(sarifText(found, version));
        break;
      }
      case "json":
        print(JSON.stringify(found, null, 2));
        break;
      default:
        for (const diagnostic of found) host.emit({ kind: "diagnostic", diagnostic });
        if (found.length === 0) say("nothing to correct");
    }
    return hasErrors(found) ? 1 : 0;
  },
};
