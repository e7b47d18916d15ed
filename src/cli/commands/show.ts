// `etl show`

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import { hasSelection } from "../../config/flags.ts";
import type { CommandSpec } from "../command.ts";
import { inlineText } from "../inline-option.ts";

export const show: CommandSpec = {
  name: "show",
  group: "Look",
  summary: "Print rows of a model, seed, snapshot, test or query",
  description: "A test shows its failing rows.",
  examples: [
    ["etl show --select orders", "Five rows"],
    ["etl show --select orders --limit -1 --output json", "All rows, for a program"],
    [`etl show --inline "select count(*) from {{ ref('orders') }}"`, "A query that is in no file"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, report, columns }) {
    const config = await configure();
    const { flags } = config;
    const inline = inlineText(flags);
    if (inline === undefined && !hasSelection(flags)) {
      throw new EtlError([
        errorAt("option-value", "etl show needs something to show", undefined, {
          help: "etl show --select <model>, or etl show --inline <query>",
        }),
      ]);
    }
    const asJson = flags.text("output") === "json";
    const { shownRows } = await import("../show-output.ts");
    const { showRows } = await import("../../pipeline.ts");
    return withProject(config, async (project) => {
      const { shown, report: ran } = await showRows(project, inline);
      for (const { node, rows } of shown) {
        const name = inline === undefined ? node.name : undefined;
        if (rows) report.result(shownRows(name, rows, { asJson, columns }), "ShowNode", "Q041");
      }
      // As for compile: what cannot be shown ends the command.
      return ran.success ? 0 : 2;
    });
  },
};
