import { longestWaitMs } from '@lastgood/domain/notification/next-try';
import { retryAfterMs } from '../../http/retry-after.ts';
import { parseStrictJson } from '../../http/strict-json.ts';
import { aboutRedirect, mayPass, statusInWords } from '../delivery-of-answer.ts';

/** What a method of the Web API answered. */
export type SlackAnswer =
  | { kind: 'ok'; body: Record<string, unknown>; scopes: readonly string[] | null }
  | SlackFailure;

export type SlackFailure =
  /** `error` is Slack's own word for it, such as `channel_not_found`, or `untrusted`; null where it said none. */
  | { kind: 'refused'; reason: string; error: string | null }
  | { kind: 'retry'; reason: string; afterMs: number | null };

/** In place of a word of Slack: its certificate is not trusted, so that nothing was asked. */
export const untrusted = 'untrusted certificate';

/** Errors that pass by themselves; every other one says the same again: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const passing = new Set([
  ...['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable'],
  ...[
    'request_timeout',
    'team_added_to_org',
    'org_login_required',
    'external_channel_migrating',
    'message_limit_exceeded',
  ],
]);

const advice: Record<string, string> = {
  [untrusted]:
    'Set tlsCa to the PEM of the authority that signed its certificate, or url to the name that stands in it.',
  invalid_auth: 'Set the bot token of the app anew.',
  not_authed: 'Set the bot token of the app.',
  account_inactive: 'The app or its bot was removed: install it again and set its new token.',
  token_revoked: 'The token was taken back: install the app again and set its new token.',
  token_expired: 'The token is out of date: set a new one.',
  missing_scope: 'Give the app the scope and install it again.',
  channel_not_found:
    'There is no such channel, or it is private and the app is not in it: invite the app, and write the ID of the channel.',
  not_in_channel: 'Invite the app to the channel.',
  is_archived: 'The channel is archived: choose another one.',
  restricted_action: 'The workspace lets few people write there: let the app, or choose another channel.',
};

/** What has to be changed for an error, a sentence; null where Slack's word is all that is known. */
export function adviceFor(error: string | null): string | null {
  return error !== null && Object.hasOwn(advice, error) ? (advice[error] ?? null) : null;
}

/** What an answer of the Web API means: its faults come as HTTP 200 with `ok: false`. */
export function readAnswer(
  { statusCode, headers, bytes }: { statusCode: number; headers: SlackHeaders; bytes: Uint8Array | null },
  now: number,
): SlackAnswer {
  const afterMs = retryAfterMs(headers['retry-after'], now, longestWaitMs);
  const answered = `Slack answered ${statusInWords(statusCode)}.`;
  const redirect = aboutRedirect(statusCode);
  if (redirect !== '') return refused(`${answered}${redirect}`);
  if (mayPass(statusCode)) return { kind: 'retry', reason: answered, afterMs };
  const body = bytes === null ? null : jsonObject(bytes);
  const error = body && typeof body.error === 'string' ? wordOf(body.error) : null;
  if (body?.ok === false && error !== null)
    return passing.has(error)
      ? { kind: 'retry', reason: `Slack answered ${error}.`, afterMs }
      : refused(inWords(error, body), error);
  if (statusCode >= 400) return refused(answered);
  if (body?.ok !== true)
    return { kind: 'retry', reason: 'Slack gave an answer that is none of its Web API.', afterMs: null };
  return { kind: 'ok', body, scopes: scopesOf(headers['x-oauth-scopes']) };
}

export type SlackHeaders = Readonly<Record<string, string | string[] | undefined>>;

function inWords(error: string, { needed }: Record<string, unknown>): string {
  const scope = typeof needed === 'string' ? ` (${wordOf(needed)})` : '';
  return [`Slack answered ${error}${scope}.`, adviceFor(error)].filter((part) => part !== null).join(' ');
}

/** Words of an outside answer, short and on one line. */
function wordOf(text: string): string {
  return text.replace(/[^\w:,.-]+/g, ' ').slice(0, 120);
}

function scopesOf(header: string | string[] | undefined): readonly string[] | null {
  return typeof header === 'string' && header !== '' ? header.split(/[\s,]+/) : null;
}

function jsonObject(bytes: Uint8Array): Record<string, unknown> | null {
  const read = parseStrictJson(bytes);
  return read.kind === 'json' && isRecord(read.value) ? read.value : null;
}

/** Whether something from outside is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(reason: string, error: string | null = null): SlackFailure {
  return { kind: 'refused', reason, error };
}
