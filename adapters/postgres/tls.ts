// libpq's sslmode in terms of Node's TLS. The driver would verify the server in every mode; libpq verifies only in
// verify-ca and verify-full, and in `require` when a root certificate is at hand.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { connectionFailed, readProfileFile } from "../../src/adapter/connection-failed.ts";
import type { EtlError } from "../../src/base/diagnostic.ts";
import type { PostgresCredentials, TlsSettings } from "./credentials.ts";

/** One way to talk to the server: in the clear or with TLS. */
export type Channel = false | ConnectionOptions;

/**
 * @param home the user's home folder, where libpq looks for certificates
 * @returns the ways to try, one after the other
 * @throws EtlError(connection-failed) for a certificate that is asked for and cannot be read
 */
export function channels(credentials: PostgresCredentials, home: string): readonly Channel[] {
  const { tls, host } = credentials;
  if (tls.mode === "disable" || host.startsWith("/")) return [false];
  const files = readFiles(credentials, home);
  const encrypted = { ...files.own, rejectUnauthorized: false };
  switch (tls.mode) {
    case "allow":
      return [false, encrypted];
    case "prefer":
      return [encrypted, false];
    case "require":
      return files.root === undefined ? [encrypted] : [trusted(files)];
    case "verify-ca":
      return [trusted(files)];
    case "verify-full":
      return [verified(files)];
  }
}

interface CertificateFiles {
  /** The client's own certificate and key. */
  readonly own: ConnectionOptions;
  /** "system": what Node trusts. */
  readonly root: Buffer | "system" | undefined;
}

/** The server must have a certificate of the authority, in its own name. */
function verified({ own, root }: CertificateFiles): ConnectionOptions {
  return { ...own, ...(root === "system" ? {} : { ca: root }), rejectUnauthorized: true };
}

/** In any name; libpq allows the system's certificates only together with the check of the name. */
function trusted(files: CertificateFiles): ConnectionOptions {
  return files.root === "system"
    ? verified(files)
    : { ...verified(files), checkServerIdentity: () => undefined };
}

function readFiles(credentials: PostgresCredentials, home: string): CertificateFiles {
  const { tls } = credentials;
  const folder = join(home, ".postgresql");
  const read = (key: string, given: string | undefined, name: string): Buffer | undefined => {
    const path = given ?? join(folder, name);
    if (given === undefined && !existsSync(path)) return undefined;
    return readProfileFile(key, path, path.replace(/^~(?=[\\/])/, home), credentials);
  };
  const root =
    tls.rootCertificate === "system" ? "system" : read("sslrootcert", tls.rootCertificate, "root.crt");
  if (root === undefined && isVerifying(tls)) throw missingRoot(credentials, join(folder, "root.crt"));
  const cert = read("sslcert", tls.certificate, "postgresql.crt");
  const key = cert === undefined ? undefined : read("sslkey", tls.key, "postgresql.key");
  return { root, own: { ...(cert ? { cert } : {}), ...(key ? { key } : {}) } };
}

function isVerifying({ mode }: TlsSettings): boolean {
  return mode === "verify-ca" || mode === "verify-full";
}

function missingRoot(credentials: PostgresCredentials, path: string): EtlError {
  return connectionFailed(
    {
      key: "sslmode",
      message: `sslmode ${credentials.tls.mode} needs the certificate of the authority that signed the server's, and "${path}" does not exist`,
      help: "name its file as sslrootcert, or write sslrootcert: system for an authority that everybody trusts",
    },
    credentials,
  );
}
