import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import { retryAfterMs } from '../http/retry-after.ts';
import { type FlagAnswer, type FlagClient, statusInWords } from './flag-client.ts';

/** How soon a provider is asked again that is busy and does not say for how long, in milliseconds. */
const againMs = 2_000;
const longestWaitMs = 60_000;

type Answered = Extract<FlagAnswer, { kind: 'answered' }>;
type Told = Pick<FlagClient, 'title'>;

/** What a read came to that did not bring what was asked for. What nobody may read is not known to be gone. */
export function notRead({ title }: Told, answer: FlagAnswer): Exclude<Observed<never>, { kind: 'seen' }> {
  if (answer.kind !== 'answered') return { kind: 'unreachable', reason: answer.reason };
  const said = `${title} answered ${statusInWords(answer.status)}`;
  if (answer.status === 404) return { kind: 'not-found', reason: said };
  if (isForbidden(answer)) return { kind: 'unreachable', reason: `${said}: check its token and its rights` };
  if (answer.status === 200) return { kind: 'unreachable', reason: `${said} with what is no flag` };
  return { kind: 'unreachable', reason: said };
}

/**
 * What became of a write. Conflicts and preconditions that failed are looked at again: the next look tells who was quicker. A
 * fault of the provider's own may have come after it had taken the write. Its words are not told: they may hold what the flag
 * carries.
 */
export function writeResult({ title }: Told, answer: FlagAnswer, now: number): EffectResult {
  if (answer.kind === 'unsent') return { kind: 'retry', reason: answer.reason, afterMs: againMs };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: answer.reason };
  const { status, headers } = answer;
  const said = `${title} answered ${statusInWords(status)}${errorName(answer)}`;
  if (status >= 200 && status < 300) return { kind: 'applied', note: `${title} took it` };
  if (status === 429) {
    const asked = retryAfterMs(headers['retry-after'], now, longestWaitMs);
    return { kind: 'retry', reason: said, afterMs: asked ?? againMs };
  }
  if (status === 409 || status === 412)
    return { kind: 'retry', reason: `${said}: the flag was changed meanwhile`, afterMs: 0 };
  if (status >= 500 || status === 408) return { kind: 'unknown', reason: said };
  if (isForbidden(answer))
    return {
      kind: 'refused',
      reason: `${said}.`,
      advice: `Give the token of Lastgood the right to change this flag in ${title}, or let whoever may change it do so; then resume.`,
    };
  return { kind: 'refused', reason: `${said}.` };
}

function isForbidden({ status }: Answered): boolean {
  return status === 401 || status === 403;
}

/** The class of an error, such as ForbiddenError or invalid_request: one word. */
function errorName({ json }: Answered): string {
  if (typeof json !== 'object' || json === null) return '';
  const found = ['name' in json ? json.name : undefined, 'code' in json ? json.code : undefined].find(
    (word): word is string => typeof word === 'string' && /^[A-Za-z_]{1,60}$/.test(word),
  );
  return found === undefined ? '' : ` (${found})`;
}
