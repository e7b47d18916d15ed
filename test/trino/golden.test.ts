// The golden SQL of Trino.

import { goldenTests } from "../adapter/golden.ts";
import { startLab } from "./lab.ts";
import { subjects } from "./subjects.ts";

goldenTests({
  engine: "Trino",
  dialect: "trino",
  unknown: [],
  subjects,
  startLab,
  sent: ({ method, sql }) => (method === "POST" ? { kept: sql, sql } : {}),
});
