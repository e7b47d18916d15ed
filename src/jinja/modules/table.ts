// What dbt offers templates as `modules`.

import type { Value } from "../value.ts";
import { type Clock, datetimeModule } from "./datetime.ts";
import { itertoolsModule } from "./itertools.ts";
import { pytzModule } from "./pytz.ts";
import { reModule } from "./re.ts";

/**
 * @param clock wall clock in milliseconds since 1970, for datetime.now() and its kin
 * @returns a dict of the modules; make it once, since zones and compiled patterns are kept in it
 */
export function pythonModules(clock: Clock = Date.now): Value {
  return new Map<Value, Value>([
    ["datetime", datetimeModule(clock)],
    ["pytz", pytzModule()],
    ["re", reModule()],
    ["itertools", itertoolsModule()],
  ]);
}
