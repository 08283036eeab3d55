import {
  aBaseline,
  aDeployment,
  aRun,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { unresolvedOf } from '../decision/unresolved-of.ts';
import type { Watched } from '../decision/watched.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { messageOf } from '../notification/message.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { Severity } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { calledOff } from './called-off.ts';
import { concludeWithdrawn } from './conclude-run.ts';
import type { RunContext } from './rollback-deployment.ts';

const now = dayZero + 10 * minute;
const said = {
  text: 'Roll back again if it is wanted after all.',
  next: { text: 'It stays as it is.', at: null },
};

const firing: TriggerState = {
  ...{ ...initialTriggerState, phase: 'firing', since: dayZero, heldMs: 2 * minute, lastSlot: now },
  ...{ lastJudgedSlot: now, lastBreachSlot: now, reading: { kind: 'value', value: 0.2 }, everFired: true },
};

/** Release 2, of which a trigger of this severity fires; none does where there is none. */
function watchedAs(severity: Severity | null, over: Partial<Deployment> = {}): Watched {
  const trigger = aTrigger({ severity: severity ?? 'auto_rollback' });
  const state = severity === null ? { ...firing, phase: 'inactive' as const } : firing;
  return {
    ...{ deployment: { ...aDeployment(), release: 2, ...over }, service: aService() },
    triggers: [{ trigger, state }],
    ...{ lastAttemptAt: null, activeRunId: 'r1', isTakenBack: false, between: [], lastDecision: null },
    lastKnownGood: { ...aBaseline(), release: 1 },
    ...{ acknowledgement: null, dependencyEvidence: [] },
  };
}

function contextOf(watched: Watched | null | undefined): RunContext {
  const deployment = { ...aDeployment(), release: 2 };
  return {
    ...{ run: aRun(), steps: [], isRecorded: false, service: aService(), deployment },
    target: { ...aBaseline(), release: 1 },
    ...(watched !== undefined && { unresolved: watched && unresolvedOf(watched, now) }),
  };
}

const told = (watched: Watched | null | undefined, over: object = {}) =>
  calledOff(contextOf(watched), { ...said, ...over }, now);

const over = { kind: 'rollback_cancelled', urgency: 'info', text: said.text, facts: { next: said.next } };
const again = 'Roll back, or acknowledge that it may stay.';

test.each<[string, Watched | null | undefined, object]>([
  ['nothing fires: it is over', watchedAs(null), over],
  ['what is only logged wants nobody', watchedAs('log_only'), over],
  ['a newer release serves: it is over', null, over],
  [
    'a suggestion stands, and waits for a person',
    watchedAs('page_and_suggest'),
    {
      kind: 'still_wrong',
      urgency: 'info',
      text: `high_error_rate fires on. ${again}`,
      facts: { next: null },
    },
  ],
  [
    'an automatic trigger may act by itself after the cooldown',
    watchedAs('auto_rollback'),
    {
      kind: 'still_wrong',
      facts: {
        next: { at: now + aService().policy.cooldownMs },
        trigger: { name: 'high_error_rate', value: 0.2 },
      },
    },
  ],
  [
    'but not of a version that was put back',
    watchedAs('auto_rollback', { putBack: { kind: 'back' } as Deployment['putBack'] }),
    {
      kind: 'still_wrong',
      text: `high_error_rate fires on. It is a version that was taken back before. ${again}`,
      facts: { next: null },
    },
  ],
  [
    'a rollout that failed is as it was',
    watchedAs(null, { status: 'failed' }),
    { kind: 'still_wrong', text: 'Its rollout has failed. Roll back, or bring out a release that works.' },
  ],
  [
    'what cannot be read is not said to be over',
    undefined,
    { kind: 'still_wrong', text: expect.stringContaining('could not be read'), facts: { next: null } },
  ],
])('%s', (_name, watched, expected) => {
  expect(told(watched)).toMatchObject(expected);
  const versions = { to: null, versions: 'v2 (release 2)', durationMs: null, plan: [] };
  expect(told(watched).facts).toMatchObject(versions);
});

test('a person is called where nobody has called it off', () => {
  expect(told(watchedAs('auto_rollback'), { isUnseen: true })).toMatchObject({ urgency: 'page' });
  expect(told(watchedAs(null), { isUnseen: true })).toMatchObject({ urgency: 'info' });
});

test('it is shown as the breach that goes on, for as long as it has', () => {
  const { kind, urgency, text, facts } = told(watchedAs('page_and_suggest'));
  const about = {
    key: 'k',
    at: now,
    service: 'main/shop/web',
    deploymentId: 'd2',
    runId: 'r1',
    title: 'web',
  };
  const message = messageOf({ ...about, kind, urgency, text, ...(facts && { facts }) }, null);
  expect(message).toMatchObject({ stage: 'Not rolled back, and still wrong', tone: 'act' });
  const shown = Object.fromEntries(message.facts.map(({ name, value }) => [name, value]));
  expect(shown).toMatchObject({
    ...{ Version: 'v2 (release 2)', Measured: '20 % (fires at > 5 %)' },
    Since: expect.stringContaining('(for 12 min)'),
    Next: 'Nothing happens by itself: it waits for a person.',
  });
  expect(shown).not.toHaveProperty('Took');
});

test('one that was withdrawn before anybody heard of it ends nothing that fires on', () => {
  const kinds = (watched: Watched | null) =>
    concludeWithdrawn(contextOf(watched), 'It is moot.', now).notifications?.map(({ kind }) => kind);
  expect(kinds(watchedAs('page_and_suggest'))).toEqual([]);
  expect(kinds(watchedAs(null))).toEqual(['incident_over']);
  expect(concludeWithdrawn(contextOf(undefined), 'It is moot.', now).notifications).toEqual([]);
});
