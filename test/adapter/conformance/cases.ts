// The cases of the conformance suite, by the sentence that each shows. Later areas add their own file and are joined
// in here.

import { catalogCases } from "./catalog-cases.ts";
import { csvCases } from "./csv-cases.ts";
import { sessionCases } from "./session-cases.ts";
import { valueCases } from "./value-cases.ts";

export const cases = { ...sessionCases, ...valueCases, ...catalogCases, ...csvCases };
