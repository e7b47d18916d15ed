// Opens an address with the system's own opener. That there is none (a server, a container) is no mistake: the address has
// been printed.

import { spawn } from "node:child_process";

/** @param address http: or file: */
export async function openInBrowser(address: string): Promise<void> {
  const [program, ...args] = openerFor(process.platform, address);
  await new Promise<void>((done) => {
    const child = spawn(program, args, { stdio: "ignore", detached: true });
    child.once("error", () => done());
    child.once("spawn", () => {
      child.unref();
      done();
    });
  });
}

function openerFor(platform: string, address: string): readonly [string, ...string[]] {
  if (platform === "darwin") return ["open", address];
  // Not by way of cmd, which would read "&" in an address as the end of a command.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", address];
  return ["xdg-open", address];
}
