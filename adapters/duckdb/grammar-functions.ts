// Functions to people and grammar to the engine, which does not list them. Proposals for misspelt names need them.

export const grammarFunctions: readonly string[] =
  "coalesce ifnull nullif cast try_cast extract columns unpack grouping".split(" ");
