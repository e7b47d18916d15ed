// An HTTP server on a free port of 127.0.0.1, for the fakes of warehouses.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface LoopbackServer {
  readonly port: number;
  /** Ends all connections, whatever is on its way. */
  dropConnections(): void;
  stop(): Promise<void>;
}

/**
 * @param handle answers a request
 * @param fail answers one whose `handle` threw; usually with 500 and the error's words
 */
export async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  fail = (response: ServerResponse, error: unknown): void => {
    response.statusCode = 500;
    response.end(String(error));
  },
): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => fail(response, error));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === "object" && address ? address.port : 0,
    dropConnections,
    async stop() {
      dropConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
