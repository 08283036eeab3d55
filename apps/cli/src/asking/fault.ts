import { ApiError } from '@lastgood/api-client';
import { exitCodes } from '../command-line/exit-code.ts';
import { UsageError } from '../command-line/usage-error.ts';

/** Why a command could not do what it was asked, in words and as an exit code. */
export interface Fault {
  code: number;
  lines: string[];
  /** Whether asking again can help. */
  passing: boolean;
  /** The server had no room for it and did nothing: even what may not be sent twice can be asked again. */
  notTaken: boolean;
  /** When the server says asking again makes sense, in milliseconds from now. */
  retryAfterMs: number | null;
}

const heldProblem = 'urn:lastgood:problem:held';

/** The network's ways of saying "not now". Everything else (a wrong name, a wrong certificate) stays wrong. */
const passingNetworkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Null for what is neither the caller's, the server's nor the network's fault: a fault of this program. */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof UsageError) return fault(exitCodes.usage, [error.message]);
  if (error instanceof ApiError) return problemFault(error);
  if (error instanceof SyntaxError)
    return fault(exitCodes.unreachable, [
      'What answers at LASTGOOD_URL is not Lastgood: it does not speak JSON.',
    ]);
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { ...fault(exitCodes.unreachable, ['Lastgood does not answer in time.']), passing: true };
  // How fetch says that nothing came back: https://fetch.spec.whatwg.org/#dom-global-fetch
  if (error instanceof TypeError && error.cause instanceof Error) return networkFault(error.cause);
  return null;
}

function networkFault(cause: Error): Fault {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
  const reason = [code, cause.message].filter(Boolean).join(': ');
  return {
    ...fault(exitCodes.unreachable, [`Lastgood cannot be reached (${reason}).`]),
    passing: code !== null && passingNetworkCodes.has(code),
  };
}

function problemFault({ status, problem, retryAfterSeconds }: ApiError): Fault {
  const lines = [
    `${problem.title}: ${problem.detail}`,
    ...(problem.errors ?? []).map(({ path, message }) => `  ${path || '/'}: ${message}`),
  ];
  return {
    code: codeOf(status, problem.type),
    lines,
    // A conflict that names a time is the same Idempotency-Key still under way.
    notTaken: status === 429,
    passing: [429, 502, 503, 504].includes(status) || (status === 409 && retryAfterSeconds !== null),
    retryAfterMs: retryAfterSeconds === null ? null : retryAfterSeconds * 1000,
  };
}

function codeOf(status: number, type: string): number {
  if (type === heldProblem) return exitCodes.held;
  return status >= 500 || status === 429 ? exitCodes.unreachable : exitCodes.no;
}

function fault(code: number, lines: string[]): Fault {
  return { code, lines, passing: false, notTaken: false, retryAfterMs: null };
}
