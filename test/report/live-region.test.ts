// The part of a terminal that is redrawn: what runs, how long, how much is left, never wider than the terminal.

import { describe, expect, test } from "vitest";
import { textWidth } from "../../src/base/text-width.ts";
import { liveLines } from "../../src/report/live-region.ts";
import { plain } from "../../src/report/style.ts";
import { Tally } from "../../src/report/tally.ts";
import { facts, finished, told } from "./told.ts";

function tallyOf(running: readonly string[], done: number, total: number): Tally {
  let clock = 0;
  const tally = new Tally(() => clock);
  tally.add({ kind: "run-started", total, threads: 4, adapter: "duckdb", target: "dev" });
  clock = 1000;
  for (const name of running)
    tally.add({ kind: "node-started", node: facts("model", name), index: 1, total });
  for (let index = 1; index <= done; index += 1) tally.add(finished(index, facts("model", `done_${index}`)));
  clock = 10_000;
  return tally;
}

describe("liveLines", () => {
  test("tell what runs and how long it may take", () => {
    expect(liveLines(tallyOf(["orders", "x".repeat(100)], 5, 15), plain, 60)).toEqual([
      "5/15 done, 2 running, 10.0s, about 20.0s left",
      "  table       main.orders                             9.00s",
      `  table       main.${"x".repeat(30)}...  9.00s`,
    ]);
  });

  test("make no guess at the beginning and nothing at the end", () => {
    expect(liveLines(tallyOf(["a"], 1, 15), plain, 60)[0]).toBe("1/15 done, 1 running, 10.0s");
    expect(liveLines(tallyOf([], 5, 5), plain, 60)).toEqual([]);
  });

  test("name some and count the others, within the width", () => {
    const lines = liveLines(
      tallyOf(
        Array.from({ length: 20 }, (_, index) => `m${index}`),
        6,
        40,
      ),
      plain,
      40,
    );
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("  and 12 more");
    for (const line of lines) expect(textWidth(line)).toBeLessThan(40);
  });
});

test("lines that stay are written above the region, which is gone at the end", () => {
  const { out } = told(
    [
      { kind: "run-started", total: 2, threads: 1, adapter: "duckdb", target: "dev" },
      { kind: "node-started", node: facts("model", "a"), index: 1, total: 2 },
      finished(1, facts("model", "a"), { total: 2 }),
      finished(2, facts("model", "b"), { total: 2 }),
    ],
    { settings: { live: true } },
  );
  const screen = drawn(out);
  expect(screen).toContain("1/2  ok     table       main.a");
  expect(screen).toContain("2/2  ok     table       main.b");
  expect(screen).not.toContain("running");
});

/** What a terminal shows after the text: only "up" and "erase below" are known. */
function drawn(text: string): string {
  const lines: string[] = [];
  for (const part of text.split(/(\u001b\[\d+A\u001b\[0J)/)) {
    const up = /^\u001b\[(\d+)A/.exec(part)?.[1];
    if (up === undefined) lines.push(...part.split("\n").slice(0, -1));
    else lines.length -= Number(up);
  }
  return lines.join("\n");
}
