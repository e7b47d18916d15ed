// What anomaly tests have measured in this run (templates/macros/tests/anomalies.sql), kept until the run's end and then
// written in one go: a test that is run again measures again, so nothing is lost with a run that is killed.

import type { Cell, QueryResult } from "../../adapter/result.ts";
import type { ResultSample } from "../../base/events.ts";
import type { Invocation } from "../../context/scope.ts";
import type { DataTest, Resource } from "../../manifest/node.ts";
import type { StateCell } from "../../state/state-store.ts";

/** Whether a test compares with what earlier runs measured, by the config that its macro sets. */
export function takesMeasures(resource: Resource): resource is DataTest {
  return resource.resourceType === "test" && resource.config.get("remembers_measures") === true;
}

/** One measure and the band in which it is normal. */
interface Measure {
  readonly series: string;
  readonly metric: string;
  readonly segment: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly points: number;
  readonly needed: number;
  readonly anomalous: boolean;
}

export interface Measured {
  /** The anomalies with what was expected; undefined when there are none. */
  readonly sample?: ResultSample;
  /** Why nothing was judged; undefined when something was. */
  readonly note?: string;
}

/** The measures of one run. */
export class Measures {
  readonly #rows: Readonly<Record<string, StateCell>>[] = [];

  constructor(private readonly invocation: Invocation) {}

  /** Takes what the query of a test gave, with the columns of the macro anomalies_sql. */
  take(test: DataTest, { columns, rows }: QueryResult): Measured {
    const names = columns.map(({ name }) => name.toLowerCase());
    const measures = rows.map((row) => measureOf((name) => row[names.indexOf(name)] ?? null));
    const { id, startedAt } = this.invocation;
    for (const { series, metric, segment, value, anomalous } of measures)
      this.#rows.push({
        run_id: id,
        node_id: test.id,
        series,
        metric,
        segment,
        value,
        is_anomalous: anomalous ? 1 : 0,
        weekday: startedAt.getUTCDay(),
        measured_at: startedAt,
      });
    return { ...sampleOf(measures), ...noteOf(measures) };
  }

  /** Rows for the table of measures. */
  get rows(): readonly Readonly<Record<string, StateCell>>[] {
    return this.#rows;
  }
}

function measureOf(cell: (name: string) => Cell): Measure {
  const number = (name: string): number | null => {
    const value = cell(name);
    // What is no number (a mean of infinities) is as good as unknown.
    return value === null || !Number.isFinite(Number(value)) ? null : Number(value);
  };
  return {
    series: String(cell("series")),
    metric: String(cell("metric")),
    segment: String(cell("segment")),
    value: number("value"),
    low: number("expected_low"),
    high: number("expected_high"),
    points: Number(cell("points") ?? 0),
    needed: Number(cell("needed") ?? 0),
    anomalous: Number(cell("is_anomalous") ?? 0) !== 0,
  };
}

function sampleOf(measures: readonly Measure[]): Pick<Measured, "sample"> {
  const rows = measures.filter(({ anomalous }) => anomalous);
  if (rows.length === 0) return {};
  const columns = ["metric", "segment", "value", "expected low", "expected high", "points"];
  return {
    sample: {
      columns,
      rows: rows
        .slice(0, SHOWN)
        .map(({ metric, segment, value, low, high, points }) =>
          [metric, segment, rounded(value), rounded(low), rounded(high), points].map((cell) =>
            cell === null ? null : String(cell),
          ),
        ),
      total: rows.length,
    },
  };
}

/** How many anomalies are shown. */
const SHOWN = 5;

function noteOf(measures: readonly Measure[]): Pick<Measured, "note"> {
  const most = measures.reduce((sum, { points }) => Math.max(sum, points), 0);
  const needed = measures[0]?.needed ?? 0;
  if (measures.length > 0 && most >= needed) return {};
  return { note: `not judged yet, since ${most} of ${needed} earlier points are known` };
}

/** To six digits, as a person reads it. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}
