// Functions of the SQL standard that are computed over windows only. Engines do not list them among their functions, so
// that proposals for misspelt names need them from here.

export const windowFunctions: readonly string[] =
  "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value".split(
    " ",
  );
