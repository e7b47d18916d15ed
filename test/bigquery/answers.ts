// What the adapter answers to each case of the conformance suite, whoever plays the service.

import { type Answers, allPass } from "../adapter/conformance/suite.ts";

export const bigqueryAnswers: Answers = { ...allPass };
