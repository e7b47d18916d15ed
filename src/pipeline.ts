// The program on one page: every command as a few calls to stages. The command line and the public API call these
// functions; they print nothing and end nothing.

import { join } from "node:path";
import type { Host } from "./base/host.ts";
import type { Config } from "./config/config.ts";
import { DBT_VERSION } from "./config/require-version.ts";
import { type InstallReport, installPackages } from "./project/packages/install-packages.ts";
import { PackageFiles } from "./project/packages/package-files.ts";
import { warningPolicy } from "./report/warning-policy.ts";

/** `etl deps`. @throws EtlError for what cannot be resolved or brought */
export async function installDependencies(config: Config, host: Host): Promise<InstallReport> {
  const { flags, project, folder, targetFolder } = config;
  const report = await installPackages(
    {
      folder,
      projectName: project.name,
      installFolder: join(folder, project.packagesInstallPath),
      targetFolder,
      dbtVersion: flags.boolean("version_check") ? DBT_VERSION : null,
      upgrade: flags.boolean("upgrade"),
      lockOnly: flags.boolean("lock"),
    },
    new PackageFiles(host, folder, config.variables.cli),
    host,
  );
  warningPolicy(flags).tell(report.diagnostics, host.emit);
  return report;
}

/** `etl debug`: opens the warehouse and runs a query. @throws EtlError, DatabaseError */
export async function testConnection({ adapter, credentials }: Config, host: Host): Promise<void> {
  const warehouse = await adapter.open(credentials, { threads: 1, host });
  try {
    await warehouse.withSession("debug", (session) => session.execute("select 1"));
  } finally {
    await warehouse.close();
  }
}
