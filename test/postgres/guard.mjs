// Runs one PostgreSQL server for as long as its standard input is open: when the tests end, in whatever way (ctrl-C and
// SIGKILL included), the pipe closes, the server is stopped and its folder removed. A process of its own, since nothing
// can be cleaned up by a process that was killed.
//
// node guard.mjs <json>: { server, args, folder, uid?, gid? }; prints what the server writes to its standard error.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const { server, args, folder, uid, gid } = JSON.parse(process.argv[2] ?? "{}");
const postgres = spawn(server, args, {
  stdio: ["ignore", "ignore", "inherit"],
  cwd: folder,
  ...(uid === undefined ? {} : { uid, gid }),
});

// Immediate shutdown: nobody wants the data.
const stop = () => postgres.kill("SIGQUIT");
process.stdin.resume();
process.stdin.on("close", stop);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);

postgres.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code ?? 0);
});
