// `etl compile`

import { hasSelection } from "../../config/flags.ts";
import type { CommandSpec } from "../command.ts";
import { inlineText } from "../inline-option.ts";

export const compile: CommandSpec = {
  name: "compile",
  group: "Look",
  summary: "Write the SQL of models and tests to target/compiled",
  examples: [
    ["etl compile --select orders", "Also print it"],
    [`etl compile --inline "select * from {{ ref('orders') }}"`, "A template that is in no file"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, report }) {
    const config = await configure();
    const { flags } = config;
    const asJson = flags.text("output") === "json";
    const inline = inlineText(flags);
    const tell = (text: string): void => report.result(text, "CompiledNode", "Q042");
    const { compiledText } = await import("../show-output.ts");
    const { compileInline, compileSelected } = await import("../../pipeline.ts");
    return withProject(config, async (project) => {
      if (inline !== undefined) {
        tell(compiledText(undefined, await compileInline(project, inline), asJson));
        return 0;
      }
      const { report: compiled, named } = await compileSelected(project);
      // With --quiet the SQL alone, for a file or a pipe.
      const isBare = flags.boolean("quiet") && !asJson;
      for (const { resource, compiledCode } of hasSelection(flags) ? compiled.results : []) {
        if (compiledCode !== null && named.has(resource.id))
          tell(compiledText(isBare ? undefined : resource.name, compiledCode, asJson));
      }
      // dbt stops compiling at the first mistake, which counts as not having run at all.
      return compiled.success ? 0 : 2;
    });
  },
};
