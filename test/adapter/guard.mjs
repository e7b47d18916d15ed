// Runs one server of a test (PostgreSQL, Trino) for as long as its standard input is open: when the tests end, in whatever
// way (ctrl-C and SIGKILL included), the pipe closes, the server is stopped and its folder removed. A process of its own,
// since nothing can be cleaned up by a process that was killed.
//
// node guard.mjs <json>: { command, args, folder, uid?, gid?, stopSignal? }; prints what the server writes to its standard
// error.
// A line on its standard input is the name of a signal that the server is to get, or "start" for one that has ended.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

const { command, args, folder, uid, gid, stopSignal = "SIGQUIT" } = JSON.parse(process.argv[2] ?? "{}");
let server;
let over = false;
/** The server ended because it was told to: it may be started again. */
let told = false;

function start() {
  server = spawn(command, args, {
    stdio: ["ignore", "ignore", "inherit"],
    cwd: folder,
    ...(uid === undefined ? {} : { uid, gid }),
  });
  server.on("exit", (code) => {
    if (!told || over) leave(code);
    else console.error("etl: the server has ended");
  });
}

// Immediate shutdown: nobody wants the data.
function stop() {
  over = true;
  if (server.exitCode !== null || server.signalCode !== null) leave(0);
  else server.kill(stopSignal);
}

function leave(code) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code ?? 0);
}

start();
createInterface({ input: process.stdin })
  .on("line", (line) => {
    told = line !== "start";
    if (told) server.kill(line);
    else start();
  })
  .on("close", stop);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
