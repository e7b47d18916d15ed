// Values and texts of the parse cache, written and read again.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJson } from "../../src/jinja/json.ts";
import { PyDate } from "../../src/jinja/modules/date.ts";
import { PyDateTime } from "../../src/jinja/modules/datetime-value.ts";
import { FixedZone } from "../../src/jinja/modules/tzinfo.ts";
import { toRepr } from "../../src/jinja/operations.ts";
import { NativeFunction, PyFloat, Tuple, type Value } from "../../src/jinja/value.ts";
import { decodeSnapshot } from "../../src/parse/snapshot-reader.ts";
import { encodeSnapshot } from "../../src/parse/snapshot-writer.ts";

const LONG = process.env.ETL_TEST_LONG === "1";

function encoded(data: object): Buffer | undefined {
  const pieces = encodeSnapshot(data);
  return pieces && Buffer.concat(pieces);
}

function back(data: object): unknown {
  const bytes = encoded(data);
  return bytes && decodeSnapshot(bytes);
}

const scalars = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.bigInt(),
  fc.string(),
  fc.double({ noNaN: true }).map((value) => new PyFloat(value)),
  fc
    .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }))
    .map(([y, m]) => new PyDate(y, m, 28)),
  fc
    .integer({ min: -600, max: 600 })
    .map((minutes) => new PyDateTime(2026, 1, 31, 23, 59, 58, 999_999, new FixedZone(minutes * 60))),
  fc.constant(new PyDateTime(2026, 2, 3)),
);

const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalars,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new Tuple(items)),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.integer()), tie("value")), { maxLength: 4 })
      .map((pairs) => new Map<Value, Value>(pairs)),
  ),
})).value;

describe("snapshots of data", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(values, (value) => {
        const read = back({ value }) as { readonly value: Value };
        expect(toRepr(read.value)).toBe(toRepr(value));
      }),
      { seed: 7, numRuns: LONG ? 5000 : 200 },
    );
  });

  it("keep what is shared shared, and floats floats", () => {
    const shared = new Map<Value, Value>([["threshold", new PyFloat(1)]]);
    const read = back({ a: shared, b: [shared] }) as { a: Map<Value, Value>; b: Map<Value, Value>[] };
    expect(read.b[0]).toBe(read.a);
    expect(toJson(read.a)).toBe('{"threshold": 1.0}');
  });

  it("are not made of what has no plain form", () => {
    expect(
      encodeSnapshot({ config: new Map<Value, Value>([["f", new NativeFunction("f", () => 1)]]) }),
    ).toBeUndefined();
    expect(encodeSnapshot({ f: () => 1 })).toBeUndefined();
  });

  it("are refused when a byte is wrong, cut off or foreign", () => {
    const bytes = encoded({ list: [1, 2, 3], text: "a".repeat(100) }) as Buffer;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] as number) ^ change;
        expect(decodeSnapshot(damaged)).toBeUndefined();
        expect(decodeSnapshot(bytes.subarray(0, at))).toBeUndefined();
      }),
      { seed: 7, numRuns: LONG ? 5000 : 100 },
    );
    expect(decodeSnapshot(Buffer.from("not ours at all"))).toBeUndefined();
    expect(decodeSnapshot(Buffer.alloc(0))).toBeUndefined();
  });
});
