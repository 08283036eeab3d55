/**
 * How one exchange with the API server ended. `not-sent`: the request cannot have arrived. `lost`: it may have arrived, the
 * answer did not come; a write may have happened. `forGood`: trying again is of no use.
 */
export type ApiAnswer =
  | { kind: 'ok'; body: unknown }
  | ApiRejection
  | { kind: 'not-sent'; reason: string; forGood?: true }
  | { kind: 'lost'; reason: string; timedOut: boolean };

/** An answer of 300 and above. */
export interface ApiRejection {
  kind: 'rejected';
  code: number;
  /** For people: code, reason and message. */
  message: string;
  /** What validation found, as `field: message`; a failed `test` of a JSON Patch has none. */
  causes: string[];
  retryAfterMs: number | null;
}

/** Makes sense of an error answer. Its body may be a Status, a Status inside a JSON string, or plain text. */
export function toRejection(
  code: number,
  text: string,
  retryAfter: string | undefined,
  now: number,
): ApiRejection {
  const status = parseStatus(text);
  const message = typeof status?.message === 'string' ? status.message : text.trim().slice(0, 200);
  return {
    kind: 'rejected',
    code,
    message: `${code}${typeof status?.reason === 'string' ? ` ${status.reason}` : ''}: ${message || 'no message'}`,
    causes: causesOf(status),
    retryAfterMs: parseRetryAfter(retryAfter, now),
  };
}

/** A 422 that carries no causes: a `test` failed, or a path was missing. Only reading again tells which. */
export function isLostFence(rejection: ApiRejection): boolean {
  return rejection.code === 409 || (rejection.code === 422 && rejection.causes.length === 0);
}

/** Whether the same request may get through later. */
export function isPassing(rejection: ApiRejection): boolean {
  return rejection.code === 429 || rejection.code === 408 || rejection.code >= 500;
}

function parseStatus(text: string): Record<string, unknown> | null {
  const once = parseJson(text);
  const value = typeof once === 'string' ? parseJson(once) : once;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

/** Undefined for text that is no JSON: error pages of proxies are not. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function causesOf(status: Record<string, unknown> | null): string[] {
  const details = status?.details as { causes?: { field?: string; message?: string }[] | null } | undefined;
  return (details?.causes ?? []).map(({ field, message }) => [field, message].filter(Boolean).join(': '));
}

/** Seconds or an HTTP date. https://httpwg.org/specs/rfc9110.html#field.retry-after */
function parseRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
