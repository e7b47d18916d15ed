// Structured output: one JSON object a line, in the shape of dbt's structured logs ({info, data}), so that what reads
// those keeps working.

import type { Speech } from "./messages.ts";

/** One line without its break; the speech must be without colours. */
export function jsonLine(speech: Speech, at: Date, invocationId: string): string {
  return JSON.stringify({
    data: speech.data,
    info: {
      category: "",
      code: speech.code,
      extra: {},
      invocation_id: invocationId,
      level: speech.level,
      msg: speech.text.trim(),
      name: speech.name,
      pid: process.pid,
      thread: "MainThread",
      ts: at.toISOString().replace("Z", "000Z"),
    },
  });
}

/** The line of the formats "debug": time, level, text. Log files are read by people who look for a moment. */
export function debugLine(speech: Speech, at: Date): string {
  return `${at.toISOString().slice(11, 23)} ${speech.level.padEnd(5)} ${speech.text.trim()}`;
}
