// Archives of packages come from strangers: what leads out of the folder, or is no file, is refused before anything is written.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import { type ArchiveLimits, unpackArchive } from "../../src/project/packages/archive.ts";

const place = { file: "packages.yml", line: 2, column: 5 };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-archive-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Member {
  readonly path: string;
  readonly type?: HeaderData["type"];
  readonly linkpath?: string;
  readonly text?: string;
}

/** A tar file of exactly these members, as no honest tool would write it. */
function archive(members: readonly Member[]): Uint8Array {
  const blocks = members.flatMap(({ path, type = "File", linkpath, text = "" }) => {
    const body = Buffer.from(text);
    const header = new Header({
      path,
      type,
      size: body.length,
      mode: 0o644,
      mtime: new Date(0),
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    header.encode();
    const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
    body.copy(padded);
    return [header.block as Buffer, padded];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

async function refusal(bytes: Uint8Array, limits?: ArchiveLimits): Promise<string> {
  const error = await unpackArchive(bytes, folder, "pkg 1.0.0", place, limits).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EtlError);
  expect(readdirSync(folder)).toEqual([]);
  return (error as EtlError).message;
}

test("an honest archive is unpacked", async () => {
  await unpackArchive(
    archive([
      { path: "pkg/dbt_project.yml", text: "name: pkg\n" },
      { path: "pkg/link.yml", type: "SymbolicLink", linkpath: "dbt_project.yml" },
    ]),
    folder,
    "pkg",
    place,
  );
  expect(readFileSync(join(folder, "pkg/link.yml"), "utf8")).toBe("name: pkg\n");
});

test.each<[string, Member]>([
  ["a path with ..", { path: "pkg/../../evil.sql", text: "x" }],
  ["an absolute path", { path: "/etc/evil", text: "x" }],
  ["a link that leads out", { path: "pkg/out", type: "SymbolicLink", linkpath: "../../secret" }],
  ["an absolute link", { path: "pkg/out", type: "SymbolicLink", linkpath: "/etc/passwd" }],
  ["a hard link", { path: "pkg/hard", type: "Link", linkpath: "pkg/dbt_project.yml" }],
  ["a device", { path: "pkg/dev", type: "CharacterDevice" }],
  ["a fifo", { path: "pkg/fifo", type: "FIFO" }],
])("%s is refused and nothing is written", async (_, member) => {
  expect(await refusal(archive([{ path: "pkg/dbt_project.yml", text: "name: pkg\n" }, member]))).toContain(
    `"${member.path}"`,
  );
});

test("what is no archive is refused in a sentence", async () => {
  expect(await refusal(Buffer.from("<html>not found</html>"))).toMatch(/cannot be unpacked/);
  expect(await refusal(gzipSync(Buffer.from("short")))).toMatch(/pkg 1\.0\.0/);
});

test("an archive of too many files is refused", async () => {
  const members = Array.from({ length: 11 }, (_, index) => ({ path: `pkg/${index}.sql`, text: "select 1" }));
  expect(await refusal(archive(members), { entries: 10, bytes: 1 << 20 })).toMatch(/more than 10 files/);
});

test("an archive that grows beyond the limit is refused before it has grown", async () => {
  const bomb = gzipSync(Buffer.alloc(64 << 20));
  expect(bomb.length).toBeLessThan(1 << 17);
  expect(await refusal(bomb, { entries: 10, bytes: 1 << 20 })).toMatch(/larger than 1 MiB unpacked/);
  const large = archive([{ path: "pkg/large.csv", text: "x".repeat(2 << 20) }]);
  expect(await refusal(large, { entries: 10, bytes: 1 << 20 })).toMatch(/larger than 1 MiB unpacked/);
});
