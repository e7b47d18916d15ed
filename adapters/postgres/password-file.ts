// ~/.pgpass, where libpq looks for a password that nobody gave: lines of host:port:database:user:password, `*` for any,
// `\` before a colon or backslash that is meant. The driver can read it too, but warns that it will not for long.

import { join } from "node:path";
import type { Host } from "../../src/base/host.ts";

export interface PasswordSubject {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** @returns the password of the first line that fits; undefined without a file or a line */
export function passwordFromFile(
  { host, port, database, user }: PasswordSubject,
  world: Pick<Host, "env" | "home" | "files">,
): string | undefined {
  const path = pathOf(world);
  if (!world.files.stat(path)) return undefined;
  // A local socket goes by the name localhost.
  const wanted = [host.startsWith("/") ? "localhost" : host, String(port), database, user];
  for (const line of world.files.readText(path).split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const [password, ...rest] = fieldsOf(line).reverse();
    const fields = rest.reverse();
    if (fields.length === 4 && fields.every((field, i) => field === "*" || field === wanted[i]))
      return password;
  }
  return undefined;
}

function pathOf({ env, home }: Pick<Host, "env" | "home">): string {
  if (env.PGPASSFILE) return env.PGPASSFILE;
  return process.platform === "win32" && env.APPDATA
    ? join(env.APPDATA, "postgresql", "pgpass.conf")
    : join(home, ".pgpass");
}

/** Five fields; in the last one colons need no backslash. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let field = "";
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (character === "\\" && i + 1 < line.length) field += line[++i];
    else if (character === ":" && fields.length < 4) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  return [...fields, field];
}
