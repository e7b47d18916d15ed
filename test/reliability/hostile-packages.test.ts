// Packages that mean harm, from a hub, an archive or a repository: nothing is written outside of dbt_packages/<name>,
// nothing of the machine is read, and each refusal is a sentence.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Ended, runEtl } from "./etl-process.ts";

let lab: string;
let project: string;
let server: Server;
let url: string;
/** What the last request said of who asks. */
let authorization: string | undefined;
/** Path on the server to what it answers. */
const answers = new Map<string, Uint8Array | string>();

beforeAll(async () => {
  lab = mkdtempSync(join(tmpdir(), "etl-packages-"));
  server = createServer((request, response) => {
    authorization = request.headers.authorization;
    const answer = answers.get(request.url ?? "");
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === "string" && answer.startsWith("to "))
      response.writeHead(302, { location: answer.slice(3) }).end();
    else response.writeHead(200).end(answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(lab, { recursive: true, force: true });
});
beforeEach(() => {
  answers.clear();
  rmSync(lab, { recursive: true, force: true });
  project = join(lab, "project");
  write(project, "dbt_project.yml", "name: root\nversion: '1.0'\n");
});

function write(folder: string, name: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

interface Member {
  readonly path: string;
  readonly type?: HeaderData["type"];
  readonly linkpath?: string;
  readonly text?: string;
}

/** A gzipped tar file of exactly these members, as no honest tool would write it. */
function archive(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ path, type = "File", linkpath, text = "" }) => {
    const body = Buffer.from(text);
    const header = new Header({
      path,
      type,
      size: body.length,
      mode: 0o644,
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    header.encode();
    const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
    body.copy(padded);
    return [header.block as Buffer, padded];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const honest: readonly Member[] = [
  { path: "pkg-1/dbt_project.yml", text: "name: pkg\nversion: '1.0'\n" },
  { path: "pkg-1/macros/m.sql", text: "{% macro m() %}1{% endmacro %}" },
];

interface HubAnswer {
  readonly name?: string;
  readonly sha1?: string | undefined;
  readonly packages?: readonly object[];
}

/** Puts a/pkg 1.0.0 on the hub. */
function offer(members: readonly Member[], { name = "pkg", packages = [], ...rest }: HubAnswer = {}): void {
  const bytes = archive(members);
  const sha1 = "sha1" in rest ? rest.sha1 : createHash("sha1").update(bytes).digest("hex");
  answers.set("/pkg.tar.gz", bytes);
  answers.set(
    "/api/v1/a/pkg.json",
    JSON.stringify({
      versions: {
        "1.0.0": { name, version: "1.0.0", packages, downloads: { tarball: `${url}/pkg.tar.gz`, sha1 } },
      },
    }),
  );
}

/** Runs `etl deps` with one entry in packages.yml. */
function deps(entry: string): Promise<Ended> {
  write(project, "packages.yml", `packages:\n  - ${entry}\n`);
  return runEtl(project, ["deps"], { DBT_PACKAGE_HUB_URL: url });
}

const fromHub = "package: a/pkg\n    version: 1.0.0";

/** Refused in a sentence, and nothing lies anywhere but the files of the project itself. */
function expectRefused({ code, output }: Ended, words: RegExp): void {
  expect(code).toBe(2);
  expect(output).toMatch(/^error\[[a-z-]+\]: /m);
  expect(output).toMatch(words);
  expect(output).not.toMatch(/^\s+at .*[(:]\d+:\d+\)?$|mistake of its own/m);
  expect(readdirSync(lab)).toEqual(["project"]);
  const left = readdirSync(project).filter((name) => !["logs", "target", "package-lock.yml"].includes(name));
  expect(left.sort()).toEqual(["dbt_project.yml", "packages.yml"]);
  const staged = existsSync(join(project, "target")) ? readdirSync(join(project, "target")) : [];
  expect(staged).toEqual([]);
}

describe("from the hub", () => {
  test("an honest package is installed", async () => {
    offer(honest);
    expect(await deps(fromHub)).toMatchObject({ code: 0 });
    expect(readdirSync(join(project, "dbt_packages/pkg")).sort()).toEqual(["dbt_project.yml", "macros"]);
  });

  test("one without a checksum is installed with a note", async () => {
    offer(honest, { sha1: undefined });
    const ended = await deps(fromHub);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.output).toContain("no checksum for a/pkg 1.0.0");
  });

  test("one with a wrong checksum is refused", async () => {
    offer(honest, { sha1: "0".repeat(40) });
    expectRefused(await deps(fromHub), /error\[package-checksum\].*a\/pkg 1\.0\.0/);
  });

  test("what is installed stays when its successor is refused", async () => {
    offer(honest);
    await deps(fromHub);
    offer(honest, { sha1: "0".repeat(40) });
    expect(await deps(fromHub)).toMatchObject({ code: 2 });
    expect(existsSync(join(project, "dbt_packages/pkg/macros/m.sql"))).toBe(true);
  });

  test.each(["../../evil", "/abs", "..", "", "a/b", "a\\b", "con:x", "x\ny", "__proto__.x"])(
    "one that calls itself %j is refused",
    async (name) => {
      offer(honest, { name });
      expectRefused(await deps(fromHub), /calls itself/);
    },
  );

  test.each<[string, Member]>([
    ["a path that leads out", { path: "pkg-1/../../../evil.sql", text: "x" }],
    ["an absolute path", { path: "/tmp/etl-evil.sql", text: "x" }],
    ["a link that leads out", { path: "pkg-1/models", type: "SymbolicLink", linkpath: "../../.." }],
    ["a link to a device", { path: "pkg-1/m.sql", type: "SymbolicLink", linkpath: "/dev/zero" }],
    ["a hard link", { path: "pkg-1/h.sql", type: "Link", linkpath: "/etc/passwd" }],
    ["a fifo", { path: "pkg-1/f.sql", type: "FIFO" }],
  ])("one with %s is refused", async (_, member) => {
    offer([...honest, member]);
    expectRefused(await deps(fromHub), /is refused|cannot be unpacked/);
  });

  test("a file written through a link of the archive itself is refused or stays inside", async () => {
    offer([
      ...honest,
      { path: "pkg-1/in", type: "SymbolicLink", linkpath: "macros" },
      { path: "pkg-1/in/../../../../evil.sql", text: "x" },
    ]);
    expectRefused(await deps(fromHub), /is refused/);
  });

  test.each<[string, string, RegExp]>([
    ["no JSON", "<html>maintenance</html>", /not a list of versions/],
    ["another shape", '{"versions": [1, null, {"downloads": {"tarball": 5}}]}', /no version of a\/pkg/],
    ["nulls", '{"versions": {"1.0.0": null, "x": {"downloads": null}}}', /no version of a\/pkg/],
    [
      "an address that is none",
      '{"versions": {"1.0.0": {"name": "pkg", "downloads": {"tarball": "file:///etc/passwd"}}}}',
      /no address/,
    ],
    ["a circle of redirects", "to /api/v1/a/pkg.json", /cannot download/],
  ])("an answer with %s is told", async (_, answer, words) => {
    answers.set("/api/v1/a/pkg.json", answer);
    expectRefused(await deps(fromHub), words);
  });

  test("an address of the hub that is none is told", async () => {
    write(project, "packages.yml", `packages:\n  - ${fromHub}\n`);
    expectRefused(await runEtl(project, ["deps"], { DBT_PACKAGE_HUB_URL: "garbage" }), /no address/);
  });
});

describe("from an archive", () => {
  test.each([
    ["an address that is none", "tarball: nowhere\n    name: pkg", /no address/],
    ["a file of this machine", "tarball: file:///etc/passwd\n    name: pkg", /no address/],
    ["a name that leads out", 'tarball: "URL/pkg.tar.gz"\n    name: ../evil', /needs a name/],
    ["a name that is no name", 'tarball: "URL/pkg.tar.gz"\n    name: 1-x', /calls itself/],
  ])("%s is refused", async (_, entry, words) => {
    offer(honest);
    expectRefused(await deps(entry.replace("URL", url)), words);
  });

  test("user and password of the address are sent as such", async () => {
    offer(honest);
    expect(
      await deps(`tarball: "${url.replace("//", "//user:p%40ss@")}/pkg.tar.gz"\n    name: pkg`),
    ).toMatchObject({
      code: 0,
    });
    expect(authorization).toBe(`Basic ${Buffer.from("user:p@ss").toString("base64")}`);
  });

  test("a password of the address is not repeated", async () => {
    const ended = await deps(`tarball: "${url.replace("//", "//user:hunter2@")}/none.tar.gz"\n    name: pkg`);
    expect(ended.code).toBe(2);
    expect(ended.output).toMatch(/cannot download .*: the server answered 404/);
    expect(ended.output).not.toContain("hunter2");
    expect(readFileSync(join(project, "logs/etl.log"), "utf8")).not.toContain("hunter2");
  });
});

describe("from git", () => {
  function repository(prepare: (folder: string) => void): string {
    const folder = join(lab, "project", "repo.git");
    write(folder, "dbt_project.yml", "name: pkg\nversion: '1.0'\n");
    prepare(folder);
    const git = (...args: string[]): void =>
      void execFileSync(
        "git",
        ["-c", "user.name=x", "-c", "user.email=x@example.com", "-C", folder, ...args],
        {
          stdio: "ignore",
        },
      );
    git("init", "-b", "main");
    git("add", "-A");
    git("commit", "-m", "x");
    return folder;
  }

  test.each([
    ["an option", '"--upload-pack=touch evil"'],
    ["a command as transport", '"ext::sh -c touch% evil"'],
  ])("%s in place of an address is refused", async (_, address) => {
    expectRefused(await deps(`git: ${address}\n    revision: main`), /not an address|cannot clone/);
    expect(existsSync(join(project, "evil"))).toBe(false);
  });

  test.each(["--help", "-x", "--upload-pack=x", "main:dbt_project.yml", "no such"])(
    "the revision %j is no option",
    async (revision) => {
      const folder = repository(() => {});
      const { code, output } = await deps(`git: ${folder}\n    revision: ${JSON.stringify(revision)}`);
      expect(code).toBe(2);
      expect(output).toMatch(/has no revision/);
    },
  );

  test("a subdirectory that leads out is refused", async () => {
    const folder = repository(() => {});
    const { code, output } = await deps(`git: ${folder}\n    revision: main\n    subdirectory: ../..`);
    expect(code).toBe(2);
    expect(output).toMatch(/leads out of the repository/);
  });

  test.each(["/etc", "../../../..", "macros/../../x"])("a link to %s is refused", async (target) => {
    const folder = repository((path) => symlinkSync(target, join(path, "models")));
    const { code, output } = await deps(`git: ${folder}\n    revision: main`);
    expect(code).toBe(2);
    expect(output).toMatch(/"models" is a link that leads out/);
    expect(existsSync(join(project, "dbt_packages"))).toBe(false);
  });

  test("a link within the repository is fine", async () => {
    const folder = repository((path) => {
      write(path, "real/m.sql", "select 1 as id");
      symlinkSync("real", join(path, "models"));
    });
    expect(await deps(`git: ${folder}\n    revision: main`)).toMatchObject({ code: 0 });
  });

  test("a repository that calls itself a path is refused", async () => {
    const folder = repository((path) => write(path, "dbt_project.yml", "name: ../../evil\nversion: '1.0'\n"));
    const { code, output } = await deps(`git: ${folder}\n    revision: main`);
    expect(code).toBe(2);
    expect(output).toMatch(/calls itself/);
  });
});
