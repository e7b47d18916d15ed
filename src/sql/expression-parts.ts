// Walking expressions without knowing their kinds, and which functions compute one value of many rows.

import type { Call, Expression } from "./query-tree.ts";

/** The expressions right inside of one; subqueries and lambdas are worlds of their own and not entered. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "call": {
      const { receiver, args, also } = expression;
      return receiver === null ? [...args, ...also] : [receiver, ...args, ...also];
    }
    case "cast":
    case "argument":
      return [expression.value];
    case "case":
      return [...expression.conditions, ...expression.results];
    case "field":
      return [expression.of];
    case "over":
      return [expression.call, ...expression.window.partitionBy, ...expression.window.orderBy];
    default:
      return [];
  }
}

const AGGREGATES: ReadonlySet<string> = new Set(
  (
    "count sum avg min max any_value array_agg array_agg_distinct list string_agg group_concat list_agg listagg " +
    "bool_and bool_or logical_and logical_or every count_if countif sum_if median mode quantile quantile_cont " +
    "quantile_disc percentile_cont percentile_disc approx_quantile approx_percentile approx_count_distinct " +
    "approx_distinct hll stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp skewness " +
    "kurtosis entropy first last arg_max arg_min max_by min_by argmax argmin bit_and bit_or bit_xor product histogram " +
    "json_agg jsonb_agg json_object_agg jsonb_object_agg object_agg json_group_array json_group_object xmlagg " +
    "collect_list collect_set array_concat_agg regr_slope regr_intercept regr_r2 fsum sum_no_overflow geomean"
  ).split(" "),
);

const OPERATORS: ReadonlySet<string> = new Set(
  (
    "add sub mul div mod concat eq neq lt lte gt gte and or not is_null is_true is_false in between like i_like neg " +
    "null_safe_eq null_safe_neq at_time_zone regexp_like"
  ).split(" "),
);
/** Functions of one row in every engine that has them. */
const PLAIN: ReadonlySet<string> = new Set(
  (
    "coalesce nullif ifnull nvl greatest least upper lower trim ltrim rtrim btrim substring substr left right lpad rpad " +
    "replace concat concat_ws length char_length position split_part md5 round floor ceil ceiling abs mod power sqrt " +
    "date_trunc date_part extract to_char to_date to_timestamp datediff dateadd year month day hour cast initcap " +
    "regexp_replace strftime"
  ).split(" "),
);

/** True for what aggregates in some engine, and for what nobody knows, which may. */
export function mayAggregate({ name, written }: Call): boolean {
  return !(written === null ? OPERATORS : PLAIN).has(name);
}

/** True when an expression aggregates rows outside of a window. */
export function containsAggregate(expression: Expression): boolean {
  if (expression.kind === "call" && AGGREGATES.has(expression.name)) return true;
  const parts = expression.kind === "over" ? partsOf(expression).slice(1) : partsOf(expression);
  return parts.some(containsAggregate);
}
