// The rows of a unit test's fixtures as manifest.json and the run see them: CSV is read, files are looked up, and the
// order is dbt's (dbt-core 1.11, parser/unit_tests.py).

import { parse } from "csv-parse/sync";
import type { Dict, Value } from "../jinja/value.ts";
import type { UnitTestFixture } from "../manifest/node.ts";

/**
 * @param fileText the text of a fixture file by its name and format; undefined when there is none
 * @returns the fixture with its rows: dicts, or the text of a query; null for a seed's own and for a file that is missing
 */
export function withRows<T extends UnitTestFixture>(
  fixture: T,
  fileText: (name: string, format: string) => string | undefined,
): T {
  const { format, rows } = fixture;
  const content = fixture.fixture === null ? rows : (fileText(fixture.fixture, format) ?? null);
  const read = format === "csv" && typeof content === "string" ? csvRows(content) : content;
  return { ...fixture, rows: ordered(read) };
}

/** The rows of a CSV text; cells are text, empty ones null. */
export function csvRows(text: string, delimiter = ","): Dict[] {
  const [names = [], ...rows] = parse(text, {
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
  }) as string[][];
  return rows.map((cells) => new Map<Value, Value>(names.map((name, i) => [name, cells[i] || null])));
}

/** dbt puts the first row without a null in front, for engines that take types from the first row. */
function ordered(rows: Value): Value {
  if (!Array.isArray(rows)) return rows;
  const whole = rows.findIndex((row) => row instanceof Map && ![...row.values()].includes(null));
  if (whole <= 0) return rows;
  const swapped = [...rows];
  [swapped[0], swapped[whole]] = [swapped[whole] as Value, swapped[0] as Value];
  return swapped;
}
