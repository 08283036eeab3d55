import type { Flags } from '@lastgood/domain/ports/flags';
import { flagStateOf } from '@lastgood/domain/rollback/contracts/flag-state';
import type { FlagSeen } from '@lastgood/domain/rollback/contracts/set-flag';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf } from '@lastgood/domain/rollback/need';
import { fitting } from '../../http/fitting.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { notRead, writeResult } from '../flag-answers.ts';
import { createFlagClient, type FlagAnswer, pathOf } from '../flag-client.ts';
import { type FlagReading, type FlagWrite, flagsOf } from '../flags-of.ts';
import { Environment, Feature, stateOf, type UnleashEnvironment } from './feature.ts';
import { requestsTo } from './requests.ts';
import type { UnleashSettings } from './settings.ts';

type Reading = Observed<FlagReading<UnleashEnvironment>>;

/**
 * Sets flags by Unleash's admin API. It has no entity tags: a strategy is patched with a JSON Patch that tests what it was, and
 * on or off is set right after it was read, which changes nothing where it is so already. Throws when the settings cannot work.
 * https://docs.getunleash.io/reference/api/unleash/features
 */
export function createUnleash(settings: UnleashSettings, now: () => number = Date.now): Closable<Flags> {
  const { name, token, tlsCa, timeoutMs = 5_000 } = settings;
  const url = settingsUrl(settings.url, `flag provider ${name} url`, 'token');
  const headers = { authorization: token };
  const client = createFlagClient({ title: 'Unleash', url, headers, tlsCa, timeoutMs });
  const root = `${url.pathname.replace(/\/+$/, '')}/api/admin/projects`;

  async function read(flag: AskOf<'flag'>, signal: AbortSignal): Promise<Reading> {
    const environmentAt = environmentPath(flag);
    if (environmentAt === null) return { kind: 'not-found', reason: 'no flag of Unleash is called so' };
    const answer = await client.send({ method: 'GET', path: root + featurePath(flag) }, signal);
    if (answer.kind === 'answered' && answer.status === 404)
      return archivedOrGone(environmentAt, answer, signal);
    const feature = isRead(answer) ? fitting(Feature, answer.json) : null;
    if (feature === null) return notRead(client, answer);
    const environment = feature.environments.find((one) => one.name === flag.environment);
    if (environment) return seenAs(environment, feature.archived === true);
    return { kind: 'not-found', reason: `${flag.flag} has no environment ${flag.environment} in Unleash` };
  }

  /** An archived feature is no longer found, but its environments are. */
  async function archivedOrGone(path: string, gone: FlagAnswer, signal: AbortSignal): Promise<Reading> {
    const answer = await client.send({ method: 'GET', path: root + path }, signal);
    if (answer.kind === 'answered' && answer.status === 404) return notRead(client, gone);
    const environment = isRead(answer) ? fitting(Environment, answer.json) : null;
    return environment === null ? notRead(client, answer) : seenAs(environment, true);
  }

  async function write({ step, reading }: FlagWrite<UnleashEnvironment>, signal: AbortSignal) {
    const planned = requestsTo(flagStateOf(step.to), reading.held, `${root}${environmentPath(step)}`);
    if ('refused' in planned) return refusal(step.flag, planned.refused);
    let result: EffectResult = { kind: 'already', note: `${step.flag} was so already` };
    for (const request of planned.requests) {
      const answer = await client.send(request, signal);
      result = isTestFailed(answer) ? changedMeanwhile : writeResult(client, answer, now());
      // What was sent before is out there: the next look finds it half way and goes on.
      if (result.kind !== 'applied') return request === planned.requests[0] ? result : halfWay(result);
    }
    return result;
  }

  return { ...flagsOf({ read, write }), close: () => client.close() };
}

const changedMeanwhile: EffectResult = {
  kind: 'retry',
  reason: 'its strategy was changed meanwhile',
  afterMs: 0,
};

function halfWay(result: EffectResult): EffectResult {
  return 'reason' in result ? { kind: 'unknown', reason: `half of it was taken: ${result.reason}` } : result;
}

function refusal(flag: string, why: string): EffectResult {
  return {
    kind: 'refused',
    reason: `${flag} cannot be set: ${why}.`,
    advice: 'Set it by hand in Unleash, then resume.',
  };
}

function isRead(answer: FlagAnswer): answer is Extract<FlagAnswer, { kind: 'answered' }> {
  return answer.kind === 'answered' && answer.status === 200;
}

/** Unleash 7 tells a failed test of a patch as a fault of its own (500), in words only. Nothing was changed then. */
function isTestFailed(answer: FlagAnswer): boolean {
  if (answer.kind !== 'answered' || answer.status < 400) return false;
  const { json } = answer;
  return (
    typeof json === 'object' &&
    json !== null &&
    'message' in json &&
    /^Test operation failed/.test(String(json.message))
  );
}

function seenAs(environment: UnleashEnvironment, archived: boolean): Reading {
  const seen: FlagSeen = { value: stateOf(environment), version: null, archived };
  return { kind: 'seen', seen: { seen, held: environment } };
}

function featurePath({ project, flag }: AskOf<'flag'>): string {
  return pathOf(project, 'features', flag) ?? '';
}

/** Null where no environment of a flag has such a path. */
function environmentPath({ project, flag, environment }: AskOf<'flag'>): string | null {
  return pathOf(project, 'features', flag, 'environments', environment);
}
