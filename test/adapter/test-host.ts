// A Host for adapter tests: the real clock and files, events kept in a list.

import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import type { EtlEvent } from "../../src/base/events.ts";
import type { Files, Host } from "../../src/base/host.ts";

export interface TestHost extends Host {
  readonly events: readonly EtlEvent[];
}

/** @param signal aborts waits, as ctrl-C would */
export function testHost(signal: AbortSignal = new AbortController().signal): TestHost {
  const events: EtlEvent[] = [];
  return {
    cwd: process.cwd(),
    home: homedir(),
    env: process.env,
    get files(): Files {
      throw new Error("an adapter reads files through its driver or streams");
    },
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    uuid: randomUUID,
    emit: (event) => void events.push(event),
    signal,
    checkInterrupt: () => {},
    events,
  };
}
