import {
  aBaseline,
  aDeployment,
  anObserved,
  aService,
  aSnapshot,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change, Deployment } from '../../../deployment/deployment.ts';
import type { PassedRelease } from '../../../deployment/jump.ts';
import type { WorkloadObservation } from '../../../workload/observation.ts';
import { composePlan } from '../../compose-plan.ts';
import type { FlagValue } from '../../contracts/flag-state.ts';
import { stepContracts } from '../../contracts/index.ts';
import { differencesOf } from '../../differences.ts';
import type { Fact, NeedAnswer } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { orderTargets } from '../../targets.ts';
import { aPassedRelease } from '../planned-harness.ts';

const ask = { provider: 'unleash', project: 'shop', environment: 'production', flag: 'new-cart' };
const turned = (before: FlagValue | null, after: FlagValue | null, flag = ask.flag): Change => ({
  ...{ kind: 'flag', target: { ...ask, flag }, before, after },
});
const workload = (before: string, after: string): Change => ({
  ...{ kind: 'workload', target: { kind: 'Deployment', name: 'web' } },
  ...{ before: aSnapshot(imageOf(before)), after: aSnapshot(imageOf(after)) },
});
const untouched = workload('v1', 'v1');
const release = (...changes: Change[]) => aDeployment({ changes });
const seen = (value: FlagValue, archived = false): NeedAnswer<'flag'> => ({
  ...{ kind: 'seen', seen: { value, version: 7, archived } },
});
const service = aService();
const allKinds = new Set(stepContracts.map(({ kind }) => kind));

interface Given {
  /** As the workload is found; without, the cluster does not answer. */
  found?: WorkloadObservation;
  deployment: Deployment;
  target?: Deployment;
  answer?: NeedAnswer<'flag'>;
  between?: PassedRelease[];
}

function compose({ deployment, target = aBaseline(), answer = seen(true), found, between = [] }: Given) {
  const needs = neededFacts({ service, deployment, target, between });
  const known: Record<string, Fact[]> = Object.fromEntries(
    Object.entries(needs).map(([way, asked]) => [
      way,
      asked.map((need): Fact => {
        if (need.kind === 'flag') return { ...need, answer };
        if (need.kind !== 'workload') throw new Error(need.kind);
        if (!found) return { ...need, answer: { kind: 'unreachable', reason: 'no route' } };
        const looked = { observation: found, to: need.ask.to, evidence: [], rehearsal: null };
        return { ...need, answer: { kind: 'seen', seen: looked } };
      }),
    ]),
  );
  const history = { between, furtherBack: null, stepDurations: { service: {}, environment: {} } };
  return composePlan({ service, deployment, target, known, at: 0, triggers: [], ...history }, allKinds);
}

function planned(given: Given) {
  const result = compose(given);
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}

function refused(given: Given) {
  const result = compose(given);
  return result.kind === 'refused' ? result.refusals : [];
}

describe('a release that only turned a flag', () => {
  const deployment = release(untouched, turned(false, true));

  it('is taken back by the flag and proven, whatever the cluster says', () => {
    const { steps } = planned({ deployment });
    expect(steps.map(({ step, title }) => [step.kind, title])).toEqual([
      ['set-flag', 'Set flag new-cart in production back to off'],
      ['verify', expect.stringContaining('Verify')],
    ]);
    expect(steps[0]?.step).toEqual({ kind: 'set-flag', ...ask, from: { on: true }, to: false });
  });

  it('is so too where no workload was captured', () =>
    expect(planned({ deployment: release(turned(false, true)) }).steps).toHaveLength(2));

  it('differs from its target in the flag, in words', () =>
    expect(differencesOf({ service, deployment, target: aBaseline() })).toMatchObject({
      items: [
        { aspect: 'flag', path: 'Flag new-cart in production', before: 'on', after: 'off', hidden: false },
      ],
      unknown: [],
    }));

  it('can go back to the release before it, which left the same template', () => {
    const candidate = { deployment: aBaseline(), lastServedAt: 0 };
    expect(orderTargets(deployment, null, [candidate])).toEqual([candidate]);
  });

  it('asks for the workloads too where one was changed, or may have been', () => {
    const changed = release(workload('v1', 'v2'), turned(false, true));
    const unseen = release({ ...untouched, after: null }, turned(false, true));
    for (const one of [changed, unseen])
      expect(refused({ deployment: one }).map(({ code }) => code)).toEqual(['source-unreachable']);
  });

  it('leaves alone what is as the target served it while nothing else was seen yet, whoever owns it', () => {
    const unseen = release({ ...untouched, after: null }, turned(false, true));
    const owner = { kind: 'git-controller', name: 'Argo CD', evidence: 'label' } as const;
    const found: WorkloadObservation = {
      ...anObserved(aSnapshot(imageOf('v1'))),
      ...{ owner, desiredReplicas: 3, paused: false, resumeHint: '', beingDeleted: false },
      replacesPods: 'by-itself',
    };
    const { steps, warnings } = planned({ deployment: unseen, found });
    expect(steps).toHaveLength(2);
    expect(warnings.join('\n')).toContain('not complete yet');
    const changed = { ...found, snapshot: aSnapshot(imageOf('v2')) };
    const brings = { ...unseen, registeredImages: { app: imageOf('v2') } };
    for (const given of [
      { deployment: unseen, found: changed },
      { deployment: brings, found },
    ])
      expect(refused(given).map(({ code }) => code)).toEqual(['owned-by-controller']);
  });

  it('is set and proven all the same until it is complete, for its code may still come', () => {
    const unseen = release({ ...untouched, after: null }, turned(false, true));
    const found: WorkloadObservation = {
      ...anObserved(aSnapshot(imageOf('v1'))),
      ...{ owner: { kind: 'nobody' }, desiredReplicas: 3, paused: false, resumeHint: '' },
      ...{ beingDeleted: false, replacesPods: 'by-itself' },
    };
    const { steps, warnings } = planned({ deployment: unseen, found });
    expect(steps.map(({ step }) => step.kind)).toEqual(
      expect.arrayContaining(['set-flag', 'set-template', 'wait-until-stable', 'verify']),
    );
    const said = 'v2 (release 2) is not complete yet, and no other code of it is seen in Deployment web';
    expect(warnings.join('\n')).toContain(said);
    const complete = planned({ deployment: { ...unseen, completedAt: 1 }, found });
    expect(complete.steps).toHaveLength(2);
    expect(complete.warnings.join('\n')).not.toContain('not complete yet');
  });

  it('goes back to the template of a target further back', () => {
    const target = aBaseline({ id: 'd0', changes: [workload('v0', 'v0')] });
    expect(refused({ deployment, target }).map(({ code }) => code)).toEqual(['source-unreachable']);
  });
});

describe('a flag goes back to', () => {
  it('its percentage and its variants, fenced by all that this takes away', () => {
    const before = { percentage: 10, variants: { blue: 100 } };
    const { steps } = planned({
      deployment: release(turned(before, { percentage: 100 })),
      answer: seen({ on: true, percentage: 100, variants: { blue: 50, green: 50 } }),
    });
    expect(steps[0]?.step).toMatchObject({
      from: { percentage: 100, variants: { blue: 50, green: 50 } },
      to: before,
    });
    expect(steps[0]?.title).toBe('Set flag new-cart in production back to 10 %, variant blue');
  });

  it('what a target further back set it to; else what it was before the release, and that is said', () => {
    const deployment = aDeployment({ previousDeploymentId: 'd9', changes: [turned('b', 'c')] });
    const setsIt = aBaseline({ changes: [turned(null, 'a')] });
    expect(planned({ deployment, target: setsIt, answer: seen('c') }).steps[0]?.step).toMatchObject({
      to: 'a',
    });
    const { steps, warnings } = planned({ deployment, answer: seen('c') });
    expect(steps[0]?.step).toMatchObject({ to: 'b' });
    expect(warnings.join()).toContain('what it was in v1 (release 1) is not recorded');
    const between = [aPassedRelease(2, 'd8', turned('a', 'x')), aPassedRelease(3, 'd9', turned('x', 'b'))];
    const known = planned({ deployment, answer: seen('c'), between });
    expect(known.steps[0]?.step).toMatchObject({ to: 'a' });
    expect(known.warnings.join()).not.toContain('is not recorded');
  });

  it('its state before from whatever stands there, where it is not recorded what was set', () => {
    const { steps, warnings } = planned({ deployment: release(turned(5, null)), answer: seen(35) });
    expect(steps[0]?.step).toMatchObject({ from: { percentage: 35 }, to: 5 });
    expect(warnings.join()).toContain('whatever is there now, 35 %, goes back to 5 %');
  });

  it('it is told when it is there already, and that rules and segments stay', () => {
    const { warnings, outcome } = planned({
      ...{ deployment: release(turned(false, true)), answer: seen(false) },
    });
    expect(outcome?.goesBack.join()).not.toMatch(/flag/);
    const moved = planned({ deployment: release(turned(false, true)), answer: seen(true) });
    expect(moved.outcome?.goesBack.join()).toMatch(/flag/);
    expect(warnings.join()).toContain('is off already; nothing will be sent');
    expect(warnings.join()).toContain('targeting rules, segments and other environments stay');
  });
});

describe('a flag is refused, with what to do,', () => {
  const deployment = release(untouched, turned(false, true));
  it.each<[string, Given, string, RegExp]>([
    [
      'whose state before is unknown',
      { deployment: release(turned(null, true)) },
      'flag-before-unknown',
      /history of the flag/,
    ],
    ['that is archived', { deployment, answer: seen(true, true) }, 'flag-archived', /out of the archive/],
    [
      'that is not there',
      { deployment, answer: { kind: 'not-found', reason: '404' } },
      'flag-gone',
      /key of the flag there/,
    ],
    [
      'that somebody else changed',
      { deployment: release(turned('a', 'b')), answer: seen('c') },
      'flag-changed',
      /Find out who/,
    ],
    [
      'whose percentage nobody tells',
      { deployment: release(turned(5, 50)), answer: seen(true) },
      'flag-state-unknown',
      /by hand/,
    ],
    [
      'that no provider can serve so',
      { deployment: release(turned({ variants: { a: 10 } }, 'b')), answer: seen('b') },
      'flag-state-impossible',
      /register what the provider can serve/,
    ],
    [
      'that is registered twice',
      { deployment: release(turned(false, true), turned(true, false)) },
      'flag-recorded-twice',
      /register each flag once/,
    ],
    [
      'whose provider does not answer',
      { deployment, answer: { kind: 'unreachable', reason: 'x' } },
      'source-unreachable',
      /flag provider/,
    ],
    [
      'whose provider is not configured',
      { deployment, answer: { kind: 'not-configured' } },
      'strategy-unavailable',
      /Configure/,
    ],
  ])('%s', (_words, given, code, advice) => {
    const refusals = refused(given);
    expect(refusals.map((one) => one.code)).toEqual([code]);
    expect(refusals[0]?.advice).toMatch(advice);
  });

  it('with all others that are', () => {
    const both = release(turned(null, true), turned(null, true, 'other'));
    expect(refused({ deployment: both }).map(({ reason }) => reason)).toEqual([
      'What Flag new-cart in production was before v2 (release 2) is not recorded.',
      'What Flag other in production was before v2 (release 2) is not recorded.',
    ]);
  });

  it('where it does not read as a flag', () => {
    const free: Change = { kind: 'flag', target: { name: 'x' }, before: false, after: true };
    expect(refused({ deployment: release(free) })).toMatchObject([{ code: 'unsupported-change' }]);
  });
});
