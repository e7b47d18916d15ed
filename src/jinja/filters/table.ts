// All filters by name: Jinja2's and dbt's.

import type { Filter } from "./contract.ts";
import { selectFilters } from "./select.ts";
import { sequenceFilters } from "./sequence.ts";
import { textFilters } from "./text.ts";
import { urlizeFilter } from "./urlize.ts";
import { valueFilters } from "./value.ts";

export const filterTable: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...textFilters,
  ...sequenceFilters,
  ...selectFilters,
  ...valueFilters,
  urlizeFilter,
]);
