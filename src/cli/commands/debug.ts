// `etl debug`: what etl sees of the machine, the project and the warehouse. A mistake found is its answer (exit 1).

import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { version } from "../../../package.json";
import { codes } from "../../base/codes.ts";
import { type Diagnostic, EtlError } from "../../base/diagnostic.ts";
import type { Config } from "../../config/config.ts";
import { DBT_VERSION } from "../../config/require-version.ts";
import { shownSeconds } from "../../report/words.ts";
import type { CommandSpec, Invocation } from "../command.ts";
import { systemMistake } from "../system-mistake.ts";

export const debug: CommandSpec = {
  name: "debug",
  group: "Set up",
  summary: "Show versions, paths and settings, and test the connection",
  examples: [
    ["etl debug", "Everything"],
    ["etl debug --connection", "Only the connection"],
    ["etl debug --config-dir", "The folder of profiles.yml"],
  ],
  answersOnStdout: true,
  async run(invocation) {
    try {
      const config = await invocation.configure();
      return await inspect(config, invocation);
    } catch (error) {
      const mistake = error instanceof EtlError ? error : systemMistake(error);
      if (!mistake) throw error;
      invocation.speak();
      for (const diagnostic of mistake.diagnostics) invocation.host.emit({ kind: "diagnostic", diagnostic });
      // dbt: what is wrong with the settings is the answer, a template that fails ends the command, and so does a
      // deprecation that --warn-error makes an error.
      const endsIt = ({ code }: Diagnostic): boolean =>
        code.startsWith("jinja-") || codes[code].dbt?.endsWith("Deprecation") === true;
      return mistake.diagnostics.some(endsIt) ? 2 : 1;
    }
  },
};

async function inspect(config: Config, { report, host }: Invocation): Promise<number> {
  const line = (label: string, text: string): void =>
    report.result(`${label.padEnd(11)} ${text}`, "DebugCmdResult", "Z048");
  const profiles = config.profile.place("type")?.file;
  if (config.flags.boolean("config_dir")) {
    report.result(profiles === undefined ? config.folder : dirname(profiles), "DebugCmdOut", "Z047");
    return 0;
  }
  if (!config.flags.boolean("connection")) {
    line("etl", `${version}, speaks dbt ${DBT_VERSION}`);
    line("node", `${process.version} on ${process.platform} ${process.arch}`);
    line("git", gitVersion());
    line("project", `${config.project.name} in ${config.folder}`);
  }
  line(
    "profile",
    `${config.profile.profile}, target ${config.profile.target}${profiles === undefined ? ", built in: no profiles.yml is needed" : ` of ${profiles}`}`,
  );
  line("adapter", config.adapter.type);
  for (const [key, value] of Object.entries(config.credentials.visible)) {
    if (value === null) continue;
    line("", `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  const since = host.elapsedMs();
  const { testConnection } = await import("../../pipeline.ts");
  await testConnection(config, host);
  line("connection", `ok, in ${shownSeconds((host.elapsedMs() - since) / 1000)}`);
  return 0;
}

function gitVersion(): string {
  const { stdout, status } = spawnSync("git", ["--version"], { encoding: "utf8" });
  return status === 0
    ? stdout.trim().replace(/^git version /, "")
    : "not found: packages from git cannot be installed";
}
