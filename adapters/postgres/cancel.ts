// Cancelling what a session runs: a request of its own, which needs neither a password nor a free connection and
// passes through poolers, unlike pg_cancel_backend(). The server closes the connection when it has sent the signal.

import { connect as connectSocket, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { serialize } from "pg-protocol";
import type { Channel } from "./tls.ts";

/** Where a session runs: the server's address and the numbers that it told when the session was opened. */
export interface Backend {
  readonly host: string;
  readonly port: number;
  readonly channel: Channel;
  readonly processId: number;
  readonly secretKey: number;
}

/** A server that does not answer must not keep an interrupted run waiting. */
const TIMEOUT_MS = 3000;

/** Asks the server to cancel what the backend runs; resolves when the server has heard it, or cannot be reached. */
export async function requestCancel(backend: Backend): Promise<void> {
  const { host, port, channel, processId, secretKey } = backend;
  const socket = host.startsWith("/") ? connectSocket(`${host}/.s.PGSQL.${port}`) : connectSocket(port, host);
  const message = serialize.cancel(processId, secretKey);
  await new Promise<void>((resolve) => {
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.once("close", () => resolve());
    socket.once("error", () => resolve());
    socket.once("connect", () => {
      if (channel === false) socket.write(message);
      else void encrypt(socket, host, channel, message);
    });
    // A connection closed by the server is closed here, too.
    socket.resume();
  });
}

function encrypt(socket: Socket, host: string, channel: Exclude<Channel, false>, message: Buffer): void {
  socket.once("data", (answer) => {
    if (answer.toString("latin1") !== "S") return void socket.destroy();
    const secure = connectTls({ ...channel, socket, host }, () => secure.write(message));
    for (const event of ["error", "close"]) secure.once(event, () => socket.destroy());
    secure.resume();
  });
  socket.write(serialize.requestSsl());
}
