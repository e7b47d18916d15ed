// Snowflake's driver, loaded when a warehouse is opened (210 ms, 57 MB) and silenced: by itself it writes
// ./snowflake.log, logs to the standard output, and asks the addresses of three clouds on which machine it runs.

import type * as snowflake from "snowflake-sdk";
import { type DriverSearch, loadDriver } from "../../src/adapter/driver-package.ts";

export type Driver = typeof snowflake;
export type DriverConnection = snowflake.Connection;
export type DriverStatement = snowflake.RowStatement;
export type DriverError = snowflake.SnowflakeError;
export type ConnectionOptions = snowflake.ConnectionOptions;

/** Read by the driver when it is loaded. */
const QUIET = ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "SNOWFLAKE_DISABLE_MINICORE"] as const;

/**
 * @param options.verify false goes without asking whether certificates were revoked (`insecure_mode`)
 * @throws EtlError(driver-missing, driver-invalid)
 */
export function loadSnowflake(
  search: Pick<DriverSearch, "projectFolder" | "place">,
  options: { readonly verify: boolean },
): Driver {
  for (const name of QUIET) process.env[name] ??= "true";
  const driver = loadDriver(
    { ...search, name: "snowflake-sdk", version: "3", program: import.meta.url },
    isDriver,
  );
  driver.configure({
    logLevel: "OFF",
    additionalLogToConsole: false,
    disableOCSPChecks: !options.verify,
    // Documents come as their text, as the warehouse prints it.
    jsonColumnVariantParser: (text: string) => text,
    xmlColumnVariantParser: (text: string) => text,
  });
  return driver;
}

function isDriver(module: unknown): module is Driver {
  return (
    typeof module === "object" &&
    module !== null &&
    "createConnection" in module &&
    typeof module.createConnection === "function" &&
    "configure" in module &&
    typeof module.configure === "function"
  );
}
