// Where below target/ the SQL of a node is written.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { targetPath, unitTestPath } from "../../src/compile/target-files.ts";

const node = (path: string, originalFilePath: string) => ({ packageName: "shop", path, originalFilePath });

describe("targetPath", () => {
  test("nodes with a file of their own keep its path", () => {
    expect(targetPath(node("staging/a.sql", "models/staging/a.sql"))).toBe("shop/models/staging/a.sql");
  });

  test("others lie below the file that declares them", () => {
    expect(targetPath(node("not_null_a_id.sql", "models/schema.yml"))).toBe(
      "shop/models/schema.yml/not_null_a_id.sql",
    );
  });

  test("unit tests lie there, too, in the folder of that file", () => {
    const file = "models/staging/s.yml";
    expect(targetPath(node(unitTestPath({ originalFilePath: file }, "adds"), file))).toBe(
      "shop/models/staging/s.yml/models/staging/adds.sql",
    );
  });

  test("batches have files of their own", () => {
    expect(targetPath(node("a.sql", "models/a.sql"), "2024-01-01T05")).toBe(
      "shop/models/a/a_2024-01-01T05.sql",
    );
  });

  test("a test's name cannot lead out of the folder", () => {
    expect(targetPath(node("../../../../etc/passwd.sql", "models/s.yml"))).toBe(
      "shop/models/s.yml/etc/passwd.sql",
    );
    expect(targetPath(node("/abs/x.sql", "models/s.yml"))).toBe("shop/models/s.yml/abs/x.sql");
    expect(targetPath(node("C:\\x\\..\\y.sql", "models/s.yml"))).toBe("shop/models/s.yml/C_/x/y.sql");
  });

  test("no name at all does, and every part is one that file systems take", () => {
    const hostile = fc.array(
      fc.constantFrom("..", "/", "\\", ".", "a", "\0", "\n", ":", " ", "é", "x".repeat(300)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(hostile, hostile, (path, file) => {
        const parts = targetPath({
          packageName: "p",
          path: path.join(""),
          originalFilePath: file.join(""),
        }).split("/");
        for (const part of parts) {
          expect(part).not.toMatch(/^(?:\.{0,2})$|[\\:\p{Cc}]/u);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });
});
