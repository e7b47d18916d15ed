// A lease on a relation: while one process builds it, no other does. An engine gives it in a way that ends by itself
// when the holder's connection does, so a killed process blocks nobody.

import type { RelationKind } from "./relation.ts";

export interface LeaseOptions {
  /** False: a lease that somebody else holds is an error of kind "transient" that is not retried. */
  readonly wait: boolean;
  /** A holder that has been idle for so long is taken for stopped: its connection is ended, so it cannot publish any more. */
  readonly expiresAfterSeconds: number;
  /** Told once, when somebody else holds it, and waited for; may use the session. @param holder who, in words */
  readonly onWait: (holder: string) => void | Promise<void>;
}

export interface Lease {
  /** Somebody else held it before: what is known of the relation may be old. */
  readonly waited: boolean;
  /** What the relation is now; null: it does not exist. */
  readonly kind: RelationKind | null;
  /** Never throws: a lease that is gone is released. */
  release(): Promise<void>;
}
