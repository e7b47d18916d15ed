// Answers are dbt's own, recorded by record/batches.py.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type BatchSize, batchesOf, batchId, batchName, isoTime } from "../../src/run/batches.ts";

interface Case {
  readonly size: BatchSize;
  readonly now: string;
  readonly start: string | null;
  readonly end: string | null;
  readonly begin: string;
  readonly lookback: number;
  readonly incremental: boolean;
  readonly count: number;
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly id: string;
  readonly name: string;
}

const cases = JSON.parse(readFileSync(new URL("fixtures/batches.json", import.meta.url), "utf8")) as Case[];
const time = (text: string | null) => (text === null ? undefined : new Date(`${text}Z`));

describe("batches", () => {
  test("are those of dbt", () => {
    for (const one of cases) {
      const { size, lookback, incremental } = one;
      const batches = batchesOf({
        size,
        lookback,
        incremental,
        start: time(one.start),
        end: time(one.end),
        begin: time(one.begin),
        now: new Date(`${one.now}Z`),
      });
      const spans = batches?.map(({ start, end }) => [isoTime(start), isoTime(end)]) ?? [];
      const start = batches?.[0]?.start as Date;
      expect({
        count: spans.length,
        first: spans[0],
        last: spans.at(-1),
        id: batchId(start, size),
        name: batchName(start, size),
      }).toEqual({ count: one.count, first: one.first, last: one.last, id: one.id, name: one.name });
    }
    expect(cases.length).toBeGreaterThan(150);
  });

  test("a first run needs a begin", () => {
    const range = {
      size: "day",
      lookback: 1,
      incremental: false,
      start: undefined,
      end: undefined,
      begin: undefined,
      now: new Date(),
    } as const;
    expect(batchesOf(range)).toBeUndefined();
    expect(batchesOf({ ...range, incremental: true })).toHaveLength(2);
  });
});
