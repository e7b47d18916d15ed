// The bounds of microbatches and of --sample: moments as dbt reads and writes them.

import { describe, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { checkTimeRange, parseTime, pythonTime, sampleWindow } from "../../src/compile/event-time.ts";

const now = new Date("2024-03-31T16:06:00Z");

describe("event time", () => {
  test("prints as Python does", () => {
    expect(pythonTime(new Date("2024-01-02T03:04:05Z"))).toBe("2024-01-02 03:04:05+00:00");
    expect(pythonTime(new Date("2024-01-02T03:04:05.120Z"))).toBe("2024-01-02 03:04:05.120000+00:00");
  });

  test.each([
    ["2024-01-02", "2024-01-02T00:00:00.000Z"],
    ["2024-01-02 03:04:05", "2024-01-02T03:04:05.000Z"],
    ["2024-01-02T03:04:05.123456+02:00", "2024-01-02T01:04:05.123Z"],
    ["2024-01-02 03:04", "2024-01-02T03:04:00.000Z"],
    ["not a time", undefined],
    ["2024-13-45", undefined],
  ])("reads %s", (text, expected) => {
    expect(parseTime(text)?.toISOString()).toBe(expected);
  });

  test.each([
    [{ event_time_end: "2024-01-02" }, "needs --event-time-start"],
    [{ event_time_start: "2024-01-02", event_time_end: "2024-01-02" }, "must lie before"],
    [{ event_time_start: "2024-01-03", event_time_end: "2024-01-02" }, "must lie before"],
    [{ event_time_start: "2024-01-01", event_time_end: "2024-01-02" }, undefined],
    [{ event_time_start: "2024-01-01" }, undefined],
    [{}, undefined],
  ])("the range %j", (given: Readonly<Record<string, string>>, message) => {
    const check = () => checkTimeRange({ get: (name) => given[name] ?? null });
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });

  test("batches want the end of their range, as in dbt", () => {
    const start = { get: (name: string) => (name === "event_time_start" ? "2024-01-01" : null) };
    expect(() => checkTimeRange(start, "events")).toThrow("needs --event-time-end");
  });

  // dbt, event_time/event_time.py: the day is kept where the month has it.
  test.each([
    ["1 hour", "2024-03-31T15:06:00.000Z"],
    ["3 days", "2024-03-28T16:06:00.000Z"],
    ["1 month", "2024-02-29T16:06:00.000Z"],
    ["2 years", "2022-03-31T16:06:00.000Z"],
  ])("--sample %s", (flag, start) => {
    expect(sampleWindow(flag, now)).toEqual({ start: new Date(start), end: now });
  });

  test.each([
    new Map([
      ["start", "2024-01-01"],
      ["end", "2024-01-08"],
    ]),
    "{'start': '2024-01-01', 'end': '2024-01-08'}",
    "{start: 2024-01-01, end: 2024-01-08 00:00:00}",
  ])("--sample with start and end: %j", (flag) => {
    expect(sampleWindow(flag, now)).toEqual({
      start: new Date("2024-01-01T00:00:00Z"),
      end: new Date("2024-01-08T00:00:00Z"),
    });
  });

  test.each(["3", "three days", "3 weeks", "-1 day", "{start: 2024-01-01}", "{"])(
    "--sample %j is refused with the form",
    (flag) => {
      expect(() => sampleWindow(flag, now)).toThrow(EtlError);
    },
  );
});
