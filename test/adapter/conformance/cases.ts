// The cases of the conformance suite, by the sentence that each shows. Later areas add their own file and are joined
// in here.

import { accessCases } from "./access-cases.ts";
import { capabilityCases } from "./capability-cases.ts";
import { catalogCases } from "./catalog-cases.ts";
import { conflictCases } from "./conflict-cases.ts";
import { connectionCases } from "./connection-cases.ts";
import { csvCases } from "./csv-cases.ts";
import { hookCases } from "./hook-cases.ts";
import { incrementalCases } from "./incremental-cases.ts";
import { materializationCases } from "./materialization-cases.ts";
import { nameCases } from "./name-cases.ts";
import { processCases } from "./process-cases.ts";
import { seedCases } from "./seed-cases.ts";
import { sessionCases } from "./session-cases.ts";
import { swapCases } from "./swap-cases.ts";
import { valueCases } from "./value-cases.ts";

/** Cases that build whole projects, which take longer than those that send single statements. */
export const projectCases = {
  ...materializationCases,
  ...incrementalCases,
  ...swapCases,
  ...nameCases,
  ...seedCases,
  ...hookCases,
  ...accessCases,
  ...processCases,
};

export const cases = {
  ...sessionCases,
  ...connectionCases,
  ...conflictCases,
  ...valueCases,
  ...catalogCases,
  ...csvCases,
  ...capabilityCases,
  ...projectCases,
};
