// Runs a computation to its end by answering what it asks for.

import type { Effectful } from "./value.ts";

/**
 * Answers at once: for parsing and for tests.
 * @param answer what a request gets; what it throws is thrown inside of the template, at the point of the request
 */
export function drive<T>(run: Effectful<T>, answer: (request: unknown) => unknown): T {
  let step = run.next();
  while (step.done !== true) {
    let reply: { readonly value: unknown } | { readonly error: unknown };
    try {
      reply = { value: answer(step.value) };
    } catch (error) {
      reply = { error };
    }
    step = "error" in reply ? run.throw(reply.error) : run.next(reply.value);
  }
  return step.value;
}

/** The same for answers that take time; a rejected one is thrown inside of the template. */
export async function driveAsync<T>(
  run: Effectful<T>,
  answer: (request: unknown) => unknown | Promise<unknown>,
): Promise<T> {
  let step = run.next();
  while (step.done !== true) {
    let reply: { readonly value: unknown } | { readonly error: unknown };
    try {
      reply = { value: await answer(step.value) };
    } catch (error) {
      reply = { error };
    }
    step = "error" in reply ? run.throw(reply.error) : run.next(reply.value);
  }
  return step.value;
}
