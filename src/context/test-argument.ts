// The arguments of generic tests as dbt takes them: a text in YAML that looks like a call is one.
// Behaviour of dbt's add_rendered_test_kwargs (clients/jinja.py).

/** Name of the arguments in the code of a generic test. */
export const TEST_ARGUMENTS = "_dbt_generic_test_kwargs";

const CALL = /^\s*(?:env_var|ref|var|source|doc)\s*\([\s\S]+\)\s*$/;

/** True for `ref('orders')`, `var('first_day')` and the like. */
export function looksLikeCall(text: string): boolean {
  return CALL.test(text);
}

/** The template that an argument's text stands for. */
export function argumentTemplate(text: string): string {
  return looksLikeCall(text) ? `{{ ${text} }}` : text;
}
