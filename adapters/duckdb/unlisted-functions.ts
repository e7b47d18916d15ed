// Functions that DuckDB does not list among its own, because they are parts of its grammar or computed over windows only.
// Proposals for misspelt names need them.

/** Functions to people, grammar to the engine. */
export const grammarFunctions: readonly string[] =
  "coalesce ifnull nullif cast try_cast extract columns unpack grouping".split(" ");

/** What is computed over windows only. */
export const windowFunctions: readonly string[] =
  "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value".split(
    " ",
  );
