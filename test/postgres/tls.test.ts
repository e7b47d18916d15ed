// sslmode means what it means to libpq, not to the driver.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import { type PostgresServer, startPostgres } from "./launch.ts";
import { open, said, settingsOf } from "./open.ts";

const file = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const certificate = file("server.crt");

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({
    settings: {
      ssl: "on",
      ssl_cert_file: "../server.crt",
      ssl_key_file: "../server.key",
      listen_addresses: "localhost",
    },
    files: {
      "server.crt": readFileSync(certificate, "utf8"),
      "server.key": readFileSync(file("server.key"), "utf8"),
      "data/pg_hba.conf": "hostssl all all all scram-sha-256\n",
    },
  });
});
afterAll(() => server.stop());

async function told(change: Record<string, string>): Promise<string> {
  const text = await said({ ...settingsOf(server), ...change });
  return text
    .replaceAll(String(server.port), "PORT")
    .replaceAll(certificate, "server.crt")
    .replaceAll(file("other.crt"), "other.crt");
}

describe("a server that wants TLS", () => {
  test.each(["allow", "prefer", "require"])(
    "lets sslmode %s in, whoever signed its certificate",
    async (sslmode) => {
      expect(await told({ sslmode })).toBe("opened");
    },
  );

  test("refuses sslmode disable", async () => {
    expect(await told({ sslmode: "disable" })).toMatchInlineSnapshot(`
      "connection-failed at user: the server does not let "etl" into "postgres" (no pg_hba.conf entry for host "127.0.0.1", user "etl", database "postgres", no encryption)
        help: the role must exist and be allowed to log in, and pg_hba.conf must let it in from here with this sslmode"
    `);
  });

  test("is verified by verify-ca, whatever its name, and by verify-full with its name", async () => {
    expect(await told({ sslmode: "verify-ca", sslrootcert: certificate })).toBe("opened");
    expect(await told({ sslmode: "verify-full", sslrootcert: certificate, host: "localhost" })).toBe(
      "opened",
    );
    expect(await told({ sslmode: "verify-full", sslrootcert: certificate })).toMatchInlineSnapshot(`
      "connection-failed at sslmode: TLS to 127.0.0.1:PORT fails: Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: 
        help: sslrootcert must be the authority of the server's certificate, and host the name in it (verify-ca leaves the name alone)"
    `);
  });

  test("is verified by require, too, when a root certificate is named", async () => {
    expect(await told({ sslmode: "require", sslrootcert: certificate })).toBe("opened");
    expect(await told({ sslmode: "require", sslrootcert: file("other.crt") })).toMatchInlineSnapshot(`
      "connection-failed at sslmode: TLS to 127.0.0.1:PORT fails: self-signed certificate
        help: sslrootcert must be the authority of the server's certificate, and host the name in it (verify-ca leaves the name alone)"
    `);
  });

  test("is not trusted when its authority is another", async () => {
    expect(await told({ sslmode: "verify-ca", sslrootcert: file("other.crt") })).toMatchInlineSnapshot(`
      "connection-failed at sslmode: TLS to 127.0.0.1:PORT fails: self-signed certificate
        help: sslrootcert must be the authority of the server's certificate, and host the name in it (verify-ca leaves the name alone)"
    `);
    expect(await told({ sslmode: "verify-full", sslrootcert: "system" })).toMatchInlineSnapshot(`
      "connection-failed at sslmode: TLS to 127.0.0.1:PORT fails: self-signed certificate
        help: sslrootcert must be the authority of the server's certificate, and host the name in it (verify-ca leaves the name alone)"
    `);
  });

  test("does not ask for files that are not there", async () => {
    expect(await told({ sslmode: "require", sslrootcert: "/nowhere/root.crt" })).toMatchInlineSnapshot(
      `"connection-failed at sslrootcert: sslrootcert "/nowhere/root.crt" does not exist"`,
    );
  });

  test("hears a cancel through TLS", async () => {
    const warehouse = await open({ ...settingsOf(server), sslmode: "require" });
    const failed = await warehouse.withSession("long", async (session) => {
      const running = session.execute("select pg_sleep(60)").catch((error: unknown) => error);
      setTimeout(() => void session.cancel(), 100);
      return running;
    });
    expect(failed).toBeInstanceOf(DatabaseError);
    expect((failed as DatabaseError).facts.kind).toBe("cancelled");
    await warehouse.close();
  });
});
