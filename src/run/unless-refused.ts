// Questions that nobody asked for: what helps a message or a warning, and is left out where the warehouse says no.

import { EtlError } from "../base/diagnostic.ts";
import { Interrupted } from "../base/interrupts.ts";
import { databaseErrorOf } from "./run-context.ts";

/** @returns undefined where the warehouse refuses or cannot be asked any more. @throws whatever is a bug */
export async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (databaseErrorOf(error) || error instanceof EtlError || Interrupted.isCauseOf(error)) return undefined;
    throw error;
  }
}
