// Why a warehouse cannot be opened, as all adapters tell it: one sentence, the key of the profile that is to blame, and
// what to do about it. Lines of profiles.yml are not shown, and secrets that a driver repeats are masked.

import { readFileSync } from "node:fs";
import { EtlError, errorAt, type Place } from "../base/diagnostic.ts";

export interface ConnectionProblem {
  /** The key of the profile that is to blame; of several, the first that the profile has. */
  readonly key: string | readonly string[];
  readonly message: string;
  readonly help?: string | undefined;
}

/** What is needed of the credentials with which the warehouse was to be opened. */
export interface FailedCredentials {
  readonly secrets: readonly string[];
  /** Place of a key in profiles.yml. */
  place(key: string): Place | undefined;
}

/** @returns EtlError(connection-failed) with the place of the key */
export function connectionFailed(
  { key, message, help }: ConnectionProblem,
  credentials: FailedCredentials,
  cause?: unknown,
): EtlError {
  const keys = typeof key === "string" ? [key] : key;
  const place = keys.map((one) => credentials.place(one)).find((one) => one !== undefined);
  const diagnostic = errorAt("connection-failed", masked(message, credentials), place, {
    frame: false,
    ...(help === undefined ? {} : { help: masked(help, credentials) }),
  });
  return new EtlError([diagnostic], { cause });
}

function masked(text: string, { secrets }: FailedCredentials): string {
  return secrets.reduce((rest, secret) => (secret === "" ? rest : rest.replaceAll(secret, "***")), text);
}

/**
 * Reads a file that a profile names, such as a key or a certificate.
 * @param key of the profile · @param path as it is shown · @param resolved where it lies
 * @throws EtlError(connection-failed) when it cannot be read
 */
export function readProfileFile(
  key: string,
  path: string,
  resolved: string,
  credentials: FailedCredentials,
): Buffer {
  try {
    return readFileSync(resolved);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    throw connectionFailed({ key, message: `${key} "${path}" ${why}` }, credentials, error);
  }
}
