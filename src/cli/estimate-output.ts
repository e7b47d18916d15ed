// What `--estimate` prints: the bytes that each query would read, and their sum.

import { visibleLine } from "../base/visible-text.ts";
import { counted, kindOf, shownName } from "../report/words.ts";
import type { NodeEstimate } from "../run/estimate-nodes.ts";

/** @returns lines without ends, the sum last */
export function estimateLines(estimates: readonly NodeEstimate[]): readonly string[] {
  const rows = estimates.map((estimate) => ({
    size: estimate.bytes === undefined ? "unknown" : shownBytes(estimate.bytes),
    kind: kindOf(estimate.facts),
    name: shownName(estimate.facts),
    reason: estimate.bytes === undefined ? visibleLine(estimate.reason ?? "") : "",
  }));
  const width = (key: "size" | "kind" | "name") => Math.max(0, ...rows.map((row) => row[key].length));
  const unknown = estimates.filter(({ bytes }) => bytes === undefined).length;
  const sum = estimates.reduce((total, { bytes }) => total + (bytes ?? 0), 0);
  const rest =
    unknown === 0 ? "" : `, and what ${counted(unknown, "node")} would read, which is not known yet`;
  return [
    ...rows.map(({ size, kind, name, reason }) =>
      [size.padStart(width("size")), kind.padEnd(width("kind")), name.padEnd(width("name")), reason]
        .join("  ")
        .trimEnd(),
    ),
    `all together: ${shownBytes(sum)}${rest}`,
  ];
}

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** "12.5 MiB" */
function shownBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`;
}
