// Cancelling what a session runs: a request of its own, which needs neither a password nor a free connection and
// passes through poolers, unlike pg_cancel_backend(). The server closes the connection when it has sent the signal; where
// it does not hear of it, whoever interrupts a run is not kept waiting.

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

/** Two journeys, or five with TLS; a server that does not answer must not keep an interrupted run waiting. */
const TIMEOUT_MS = 1200;

/** Sends requests to cancel; all connections to one server share it. */
export class Canceller {
  /** The last request was not heard: others are not waited for, so that many sessions cost no more than one. */
  #isUnheard = false;

  /** Asks the server to cancel what the backend runs. @returns whether it has heard that; false: it cannot be reached */
  async request(backend: Backend): Promise<boolean> {
    const request = requestCancel(backend).then((heard) => {
      this.#isUnheard = !heard;
      return heard;
    });
    return this.#isUnheard ? false : request;
  }
}

async function requestCancel(backend: Backend): Promise<boolean> {
  const { host, port, channel, processId, secretKey } = backend;
  const socket = host.startsWith("/") ? connectSocket(`${host}/.s.PGSQL.${port}`) : connectSocket(port, host);
  const message = serialize.cancel(processId, secretKey);
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
      socket.destroy();
    }, TIMEOUT_MS);
    const end = (heard: boolean): void => {
      clearTimeout(timer);
      resolve(heard);
    };
    socket.once("error", () => end(false));
    socket.once("close", () => end(true));
    socket.once("connect", () => {
      if (channel === false) socket.write(message);
      else encrypt(socket, host, channel, message);
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
