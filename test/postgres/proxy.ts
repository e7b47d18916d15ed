// A server between the client and Postgres that breaks connections, or goes silent, at a moment of the test's choice.

import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { PostgresServer } from "./launch.ts";

/** What to do with a piece that a client sends: forward it, or break the connection before or after doing so. */
export type Verdict = "forward" | "break before" | "break after";

export interface BreakingProxy {
  readonly port: number;
  /** Asked for every piece that a client sends; may be changed at any time. */
  judge: (text: string) => Verdict;
  /** True: nothing is let through any more, in no direction, and nothing is said; new connections are taken all the same. */
  isSilent: boolean;
  close(): Promise<void>;
}

/** So long a statement may take to arrive at the server before the connection breaks. */
const ARRIVAL_MS = 150;

export async function startProxy(server: PostgresServer): Promise<BreakingProxy> {
  const sockets = new Set<Socket>();
  const proxy: BreakingProxy = { port: 0, isSilent: false, judge: () => "forward", close };
  const listener: Server = createServer((client) => {
    const upstream = connect(server.port, server.host);
    let broken = false;
    const breakOff = (): void => {
      broken = true;
      client.destroy();
      upstream.destroy();
    };
    let forgotten = proxy.isSilent;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", breakOff);
      socket.on("close", () => forgotten || breakOff());
    }
    client.on("data", (piece) => {
      // A connection that was silent once never comes back.
      forgotten ||= proxy.isSilent;
      if (forgotten) return;
      const verdict = broken ? "break before" : proxy.judge(piece.toString("latin1"));
      if (verdict === "break before") return breakOff();
      if (verdict === "break after") {
        // The answer is not let through.
        upstream.removeAllListeners("data");
        setTimeout(breakOff, ARRIVAL_MS);
      }
      upstream.write(piece);
    });
    upstream.on("data", (piece) => {
      forgotten ||= proxy.isSilent;
      if (!forgotten) client.write(piece);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return Object.assign(proxy, { port: (listener.address() as AddressInfo).port });

  function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => listener.close(() => resolve()));
  }
}
