// `etl ls`

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import type { Flags } from "../../config/flags.ts";
import type { CommandSpec } from "../command.ts";
import type { ListOutput } from "../list-output.ts";

export const ls: CommandSpec = {
  name: "ls",
  aliases: ["list"],
  group: "Look",
  summary: "List the resources that a selection means",
  examples: [
    ["etl ls --select +orders", "What orders is made of"],
    ["etl ls --select tag:nightly --output name", "Names only"],
    ["etl ls --output json --output-keys name config.materialized", "One JSON object a line"],
  ],
  answersOnStdout: true,
  async run({ configure, withProject, print }) {
    const config = await configure();
    const { flags } = config;
    refuseBothSelections(flags);
    const { listLine } = await import("../list-output.ts");
    const { selectIn } = await import("../../open-project.ts");
    await withProject(config, async (project) => {
      const output = (flags.text("output") ?? "selector") as ListOutput;
      const keys = flags.texts("output_keys").flatMap((text) => text.split(/\s+/));
      const chosen = [...selectIn(project, "ls")].sort();
      const lines = chosen.map((nodeId) => {
        const resource = project.manifest.resources.get(nodeId);
        return resource ? listLine(resource, output, keys) : "";
      });
      for (const line of lines) print(line);
    });
    return 0;
  },
};

/** dbt's rule: --models implies models, so it goes with neither --select nor --resource-type. */
function refuseBothSelections(flags: Flags): void {
  if (flags.texts("models").length === 0) return;
  for (const [name, option] of [
    ["select", "--select"],
    ["resource_types", "--resource-type"],
  ] as const) {
    if (flags.texts(name).length === 0) continue;
    throw new EtlError([
      errorAt("option-value", `--models and ${option} cannot be given together`, undefined, {
        help: "use --select with --resource-type model",
      }),
    ]);
  }
}
