import { retryAfterMs } from '../http/retry-after.ts';
import { type AccessRight, rightIn } from './access-right.ts';
import { type RejectionKind, rejectionKind } from './rejection-kind.ts';
import { safeText } from './safe-text.ts';

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
  why: RejectionKind;
  /** For people: code, reason and message, without the values that the server quotes. */
  message: string;
  /** What validation found, as `field: message`, without values; a failed `test` of a JSON Patch has none. */
  causes: string[];
  /** Of a `missing-right`. */
  right: AccessRight | null;
  /** Never longer than `longestRetryAfterMs`. */
  retryAfterMs: number | null;
  /** It may be no more than a server that has just started, or a token that is being renewed: look again. */
  unsettled?: true;
}

/** A step has minutes: an API server that asks for more is asked again after this long. */
export const longestRetryAfterMs = 30_000;

interface Status {
  reason?: unknown;
  message?: unknown;
  details?: {
    name?: string;
    kind?: string;
    causes?: { reason?: string; field?: string; message?: string }[] | null;
  };
}

/** Makes sense of an error answer. Its body may be a Status, a Status inside a JSON string, or plain text. */
export function toRejection(
  code: number,
  text: string,
  retryAfter: string | string[] | undefined,
  now: number,
): ApiRejection {
  const status = parseStatus(text);
  const said = typeof status?.message === 'string' ? status.message : text;
  const found = status?.details?.causes ?? [];
  const why = rejectionKind({ code, text: said, causes: found });
  // A budget that holds up an eviction is named in a cause.
  const causes = why === 'other' || why === 'busy' ? found.map(inWords) : [];
  return {
    kind: 'rejected',
    code,
    why,
    message: `${code}${typeof status?.reason === 'string' ? ` ${status.reason}` : ''}: ${messageOf(said, causes, status)}`,
    causes,
    right: why === 'missing-right' ? rightIn(said, status?.details?.name) : null,
    retryAfterMs: retryAfterMs(retryAfter, now, longestRetryAfterMs),
  };
}

/** A `test` failed, a path was missing, or somebody else was faster. Only reading again tells which. */
export function isLostFence({ why }: ApiRejection): boolean {
  return why === 'lost-fence';
}

/** Whether the same request may get through later. */
export function isPassing({ code, why, unsettled }: ApiRejection): boolean {
  return unsettled === true || why === 'busy' || why === 'webhook-fails' || code === 408 || code >= 500;
}

/** Validation is told by its causes: its message repeats them. */
function messageOf(said: string, causes: readonly string[], status: Status | null): string {
  const { kind, name } = status?.details ?? {};
  if (causes.length === 0) return safeText(said) || 'no message';
  const subject = kind ? `${kind}${name ? ` ${name}` : ''}: ` : '';
  return `${subject}${causes.join('; ')}`;
}

function inWords({ field, message }: { field?: string; message?: string }): string {
  return [field, safeText(message ?? '')].filter(Boolean).join(': ');
}

function parseStatus(text: string): Status | null {
  const once = parseJson(text);
  const value = typeof once === 'string' ? parseJson(once) : once;
  return typeof value === 'object' && value !== null ? (value as Status) : null;
}

/** Undefined for text that is no JSON: error pages of proxies are not. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
