// The golden SQL of Snowflake.

import { goldenTests, type SentGolden } from "../adapter/golden.ts";
import type { SeenRequest } from "./fake-server.ts";
import { startLab } from "./lab.ts";
import { subjects } from "./subjects.ts";

/** A range that ends: its batches are the same whenever this is run. */
const YEARS = { event_time_start: "2024-01-01", event_time_end: "2026-01-01" };

goldenTests({
  engine: "Snowflake",
  dialect: "snowflake",
  unknown: [
    { clause: /\bcopy (?:grants|tags)\b/gi, instead: "" },
    {
      clause: /\bwith row access policy \S+ on \([^)]*\)\s+with tag \([^)]*\)\s+change_tracking = \w+/i,
      instead: "",
    },
    { clause: /^\s*alter table (\S+) resume recluster\b/i, instead: "select * from $1" },
    {
      clause: /^\s*create(?: or replace)? iceberg table (\S+)[\s\S]*?\sas\s/i,
      instead: "create table $1 as ",
    },
    {
      clause: /^\s*create\s+dynamic (?:iceberg )?table (\S+)[\s\S]*?\sas\s/i,
      instead: "create table $1 as ",
    },
  ],
  subjects,
  startLab,
  flags: (subject) => (subject === "microbatch" ? YEARS : {}),
  sent,
  stable: withoutChance,
});

function sent({ sql, body }: SeenRequest): SentGolden {
  if (sql === "") return {};
  const kept = body.describeOnly ? `-- described\n${sql}` : sql;
  return {
    // What etl remembers changes with its own tables, and is read by the parser only.
    ...(/\betl_state\b/.test(sql) ? {} : { kept }),
    // What moves files is the driver's.
    ...(/^\s*(?:put|remove)\b/i.test(sql) ? {} : { sql }),
  };
}

/** Without names made by chance and the time. */
function withoutChance(sql: string): string {
  return sql
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UUID")
    .replaceAll(/'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+'/g, "'NOW'")
    .replaceAll(/file:\/\/\S*etl-seed-\w+/g, "file://FOLDER");
}
