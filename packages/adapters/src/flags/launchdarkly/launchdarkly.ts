import type { Flags } from '@lastgood/domain/ports/flags';
import { flagStateOf } from '@lastgood/domain/rollback/contracts/flag-state';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf } from '@lastgood/domain/rollback/need';
import { fitting } from '../../http/fitting.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { notRead, writeResult } from '../flag-answers.ts';
import { createFlagClient, type FlagAnswer, pathOf } from '../flag-client.ts';
import { type FlagReading, type FlagWrite, flagsOf } from '../flags-of.ts';
import { FlagDocument, type HeldFlag, stateOf } from './flag-document.ts';
import { instructionsTo } from './instructions.ts';
import type { LaunchDarklySettings } from './settings.ts';

/** So that a newer API does not answer in another form. */
const apiVersion = '20240415';

/**
 * Sets flags by LaunchDarkly's REST API. A semantic patch names states, so it may come twice; it has no precondition, so the
 * version is read right before, and a conflict (409) is looked at again (decision 34). The operation key goes along as the
 * comment of the change. Throws when the settings cannot work.
 * https://launchdarkly.com/docs/api#updates-using-semantic-patch
 */
export function createLaunchDarkly(
  settings: LaunchDarklySettings,
  now: () => number = Date.now,
): Closable<Flags> {
  const { name, token, tlsCa, timeoutMs = 5_000 } = settings;
  const url = settingsUrl(
    settings.url ?? 'https://app.launchdarkly.com',
    `flag provider ${name} url`,
    'token',
  );
  const headers = { authorization: token, 'ld-api-version': apiVersion };
  const client = createFlagClient({ title: 'LaunchDarkly', url, headers, tlsCa, timeoutMs });
  const root = `${url.pathname.replace(/\/+$/, '')}/api/v2/flags`;

  async function read(flag: AskOf<'flag'>, signal: AbortSignal): Promise<Observed<FlagReading<HeldFlag>>> {
    const at = pathOf(flag.project, flag.flag);
    if (at === null) return { kind: 'not-found', reason: 'no flag of LaunchDarkly is called so' };
    const path = `${root}${at}?env=${encodeURIComponent(flag.environment)}`;
    const answer = await client.send({ method: 'GET', path }, signal);
    const isRead = answer.kind === 'answered' && answer.status === 200;
    const document = isRead ? fitting(FlagDocument, answer.json) : null;
    if (document === null) return notRead(client, answer);
    const environment = Object.hasOwn(document.environments, flag.environment)
      ? document.environments[flag.environment]
      : undefined;
    if (environment === undefined)
      return {
        kind: 'not-found',
        reason: `${flag.flag} has no environment ${flag.environment} in LaunchDarkly`,
      };
    const held = { variations: document.variations, environment };
    const archived = document.archived === true || environment.archived === true;
    const seen = { value: stateOf(held), version: environment.version, archived };
    return { kind: 'seen', seen: { seen, held } };
  }

  async function write({ step, reading, operation }: FlagWrite<HeldFlag>, signal: AbortSignal) {
    const planned = instructionsTo(flagStateOf(step.to), reading.held);
    if ('refused' in planned) return refusal(step.flag, planned.refused);
    const answer = await client.send(
      {
        method: 'PATCH',
        path: `${root}${pathOf(step.project, step.flag) ?? ''}`,
        headers: { 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' },
        body: {
          environmentKey: step.environment,
          comment: `Lastgood rollback ${operation.key}`,
          instructions: planned.instructions,
        },
      },
      signal,
    );
    return writeResult(client, withRetryAfter(answer, now()), now());
  }

  return { ...flagsOf({ read, write }), close: () => client.close() };
}

/** Its limits end at an instant in epoch milliseconds. https://launchdarkly.com/docs/api#rate-limiting */
function withRetryAfter(answer: FlagAnswer, now: number): FlagAnswer {
  if (answer.kind !== 'answered') return answer;
  const { headers } = answer;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['retry-after'] !== undefined || Number.isNaN(reset)) return answer;
  const seconds = Math.max(0, Math.ceil((reset - now) / 1_000));
  return { ...answer, headers: { ...headers, 'retry-after': String(seconds) } };
}

function refusal(flag: string, why: string): EffectResult {
  return {
    kind: 'refused',
    reason: `${flag} cannot be set: ${why}.`,
    advice: 'Set it by hand in LaunchDarkly, then resume.',
  };
}
