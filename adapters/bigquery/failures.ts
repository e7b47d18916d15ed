// How a request to BigQuery, or a job, can end otherwise than well.

/** One entry of `error.errors`, and of a job's `errorResult`. */
export interface ErrorProto {
  /** "notFound", "invalidQuery", "rateLimitExceeded" */
  readonly reason: string;
  readonly message: string;
}

/** The service refuses a request, or says why a job failed. */
export class Refusal extends Error {
  constructor(
    /** Of HTTP; undefined for the error of a job. */
    readonly status: number | undefined,
    readonly proto: ErrorProto,
    readonly jobId?: string,
    options?: { cause?: unknown },
  ) {
    super(proto.message, options);
    this.name = "Refusal";
  }
}

/** What was waited for was cancelled by this program. */
export class Cancelled extends Error {}

/** Reasons for which a job may go well in a moment, by BigQuery's table of errors. */
const passing = new Set([
  "rateLimitExceeded",
  "jobRateLimitExceeded",
  "userRateLimitExceeded",
  "backendError",
  "internalError",
  "jobBackendError",
  "jobInternalError",
  "tableUnavailable",
]);

/** True for a failure after which the statement may be sent again as a new job. */
export function isPassing(refusal: Refusal): boolean {
  return passing.has(refusal.proto.reason) || isBusy(refusal);
}

/** True where the same request may be sent again: the service was busy, not the job at fault. */
export function isBusy({ status = 0, proto }: Refusal): boolean {
  return (
    status === 429 || (status >= 500 && status !== 501) || (status === 403 && /rateLimit/i.test(proto.reason))
  );
}

/** What Node says of a connection that broke or was not had, rather than what a server answered. */
export function isNetworkError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return (
    /^(?:ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|UND_ERR)/.test(code) ||
    (error instanceof Error && /socket hang up|premature close|network timeout|aborted/i.test(error.message))
  );
}
