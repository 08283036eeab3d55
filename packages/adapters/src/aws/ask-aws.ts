import { truncate } from '@lastgood/domain/truncate';
import { explainFailure } from '../http/explain-failure.ts';

/**
 * Why a request came to nothing.
 * `missing`: what it names is not there. `denied`: the caller lacks the right or is not known. `refused`: as it is, it will be
 * refused again. `busy`: too many requests; nothing has happened. `not-sent`: nothing can have happened. `lost`: whether it
 * happened is not known.
 */
export interface AwsFailure {
  kind: 'missing' | 'denied' | 'refused' | 'busy' | 'not-sent' | 'lost';
  /** The code of the API; null where there is none. */
  code: string | null;
  reason: string;
}

export type AwsAnswer<T> = { kind: 'answered'; value: T } | AwsFailure;

const longestText = 300;
const busyCodes =
  /^(Throttling|ThrottlingException|ThrottledException|RequestLimitExceeded|TooManyRequestsException|RequestThrottled|RequestThrottledException|SlowDown|PriorRequestNotComplete)$/;
const deniedCodes =
  /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|OperationNotPermitted|OptInRequired|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|MissingAuthenticationToken|ExpiredToken|ExpiredTokenException|RequestExpired|IncompleteSignature|InvalidSignatureException)$/;
const notSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Sends one request with a limit of its own; a failure is a value. `where` is what is asked, in words. */
export async function askAws<T>(
  send: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  { where, timeoutMs }: { where: string; timeoutMs: number },
): Promise<AwsAnswer<T>> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let begun = false;
  try {
    signal.throwIfAborted();
    begun = true;
    return { kind: 'answered', value: await untilAborted(send, AbortSignal.any([signal, deadline])) };
  } catch (error) {
    if (signal.aborted) {
      return { kind: begun ? 'lost' : 'not-sent', code: null, reason: 'The request was called off.' };
    }
    if (deadline.aborted) {
      return { kind: 'lost', code: null, reason: `${where} did not answer within ${timeoutMs / 1_000} s.` };
    }
    return failureOf(error, where);
  }
}

/** The SDK looks for credentials before it looks at the signal. */
function untilAborted<T>(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    send(signal).then(resolve, reject);
  });
}

interface AwsError {
  name: string;
  message: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number };
}

function failureOf(error: unknown, where: string): AwsFailure {
  const { name, message, code, $metadata, $response } = error as AwsError;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode ?? null;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return {
      kind: 'not-sent',
      code: name,
      reason: `There are no credentials for ${where}: ${short(message)}`,
    };
  }
  // What cuts off an answer fails after its status has come.
  if (status === null || code?.startsWith('UND_ERR_')) {
    const isUnsent = code !== undefined && notSentCodes.has(code);
    return { kind: isUnsent ? 'not-sent' : 'lost', code: code ?? null, reason: explainFailure(error, where) };
  }
  const reason = `${where} answered ${name}: ${short(message)}`;
  if (busyCodes.test(name) || status === 429) return { kind: 'busy', code: name, reason };
  if (status < 400 || status >= 500 || !/^[A-Z]\w+$/.test(name) || name === 'SyntaxError') {
    return {
      kind: 'lost',
      code: null,
      reason: `${where} gave an answer that cannot be read (HTTP ${status}).`,
    };
  }
  if (deniedCodes.test(name)) return { kind: 'denied', code: name, reason };
  if (/NotFound(Exception)?$/.test(name)) return { kind: 'missing', code: name, reason };
  return { kind: 'refused', code: name, reason };
}

function short(text: string): string {
  return truncate(text.replace(/\s+/g, ' ').trim(), longestText);
}
