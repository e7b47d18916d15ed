// The golden SQL of BigQuery, with the calls of its API that change something.

import { goldenTests, type SentGolden } from "../adapter/golden.ts";
import type { SeenRequest } from "./fake-server.ts";
import { startLab } from "./lab.ts";
import { subjects } from "./subjects.ts";

goldenTests({
  engine: "BigQuery",
  dialect: "bigquery",
  unknown: [
    { clause: /^(create or replace materialized view \S+)[\s\S]*?\sas\s/i, instead: "$1 as " },
    { clause: /\boptions\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)(?=\s*;)/gi, instead: "" },
    { clause: /\bwith connection default\b/i, instead: "" },
    { clause: /^\s*grant `[^`]*` on (?:table|view) (\S+) to [\s\S]*$/i, instead: "select * from $1" },
  ],
  subjects,
  startLab,
  sent,
});

function sent({ sql, body, method, path }: SeenRequest): SentGolden {
  const { configuration } = body as { readonly configuration?: Readonly<Record<string, unknown>> };
  if (sql !== undefined) return { sql, kept: configuration?.dryRun ? `-- dry run\n${sql}` : sql };
  if (method !== "GET" && !/\/jobs/.test(path))
    return { kept: `-- ${method} ${path}\n${JSON.stringify(body)}` };
  return configuration ? { kept: `-- job\n${JSON.stringify(configuration)}` } : {};
}
