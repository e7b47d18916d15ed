// What dbt offers templates as `modules`.

import type { Value } from "../value.ts";
import { type Clock, datetimeModule } from "./datetime.ts";
import { itertoolsModule } from "./itertools.ts";
import { pytzModule } from "./pytz.ts";
import { reModule } from "./re.ts";
import type { Breathe } from "./re-match.ts";

/**
 * @param clock wall clock in milliseconds since 1970, for datetime.now() and its kin
 * @param breathe called around each pattern that may take long; what it throws ends the template
 * @returns a dict of the modules; make it once, since zones and compiled patterns are kept in it
 */
export function pythonModules(clock: Clock = Date.now, breathe: Breathe = () => {}): Value {
  return new Map<Value, Value>([
    ["datetime", datetimeModule(clock)],
    ["pytz", pytzModule()],
    ["re", reModule(breathe)],
    ["itertools", itertoolsModule()],
  ]);
}
