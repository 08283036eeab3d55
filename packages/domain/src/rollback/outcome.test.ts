import { stepCases } from '@lastgood/testkit/fakes/step-world/cases';
import { createRandom } from '@lastgood/testkit/random';
import {
  aBaseline,
  aDeployment,
  aService,
  aSnapshot,
  imageOf,
  webWorkload,
} from '@lastgood/testkit/scenario/builders';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, OtherChange } from '../deployment/deployment.ts';
import { contractOf } from './contract-of.ts';
import { stepContracts } from './contracts/index.ts';
import { resourceLoss, rowLoss } from './loss.ts';
import { outcomeInWords, outcomeOf, outcomeTogether } from './outcome.ts';
import type { OutcomeStep } from './set-or-proven.ts';
import type { Stays } from './stays.ts';
import type { Step, StepKind } from './step.ts';

const service = { ...aService(), name: 'checkout' };
const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const code: Change = {
  ...{ kind: 'workload', before: v1, after: v2 },
  target: { kind: 'Deployment', name: 'web' },
};
const flag: Change = {
  ...{ kind: 'flag', before: false, after: true },
  target: { provider: 'unleash', project: 'shop', environment: 'production', flag: 'new-checkout' },
};
const setFlag: Step = {
  ...{ kind: 'set-flag', provider: 'unleash', project: 'shop', environment: 'production' },
  ...{ flag: 'new-checkout', from: true, to: false },
};
const migrate: Step = { kind: 'migrate-to', database: 'orders', from: '2', to: '1', acceptedLoss: [] };
const fixUp: Step = {
  ...{ kind: 'run-fix-up', database: 'orders', name: 'totals', digest: 'sha256:a', occasion: 'd2' },
};
const serves = (templateDigest: string): Step => ({
  ...{ kind: 'wait-until-stable', workload: webWorkload, uid: 'u', templateDigest, imageDigests: {} },
  ...{ releaseStuckPods: false, releaseOnDelete: false },
});
const stack = (action: 'update' | 'replace', keepsData = false): Step => ({
  ...{ kind: 'apply-infrastructure', stack: 'shop', lineage: 'l', from: 'b', to: 'a', acceptedDestroys: [] },
  changes: [{ address: 'aws_db.x', type: 'aws_db', action, keepsData }],
});
const revert: Step = { kind: 'ensure-commit-reverted', repository: 'deploy', branch: 'main', commit: 'abc' };

interface Given {
  changes?: Change[];
  steps?: Step[];
  stays?: Stays[];
  lost?: ReturnType<typeof rowLoss>[];
}
const outcome = ({ changes = [], steps = [], stays = [], lost = [] }: Given) =>
  outcomeOf({
    ...{ service, deployment: aDeployment({ changes }), target: aBaseline({ changes: [] }) },
    ...{ steps: steps.map((step) => ({ step })), stays, lost, led: [] },
  });
const sentence = (given: Given) => outcomeInWords(outcome(given));

describe('one sentence says what goes back and what does not', () => {
  it.each<[string, Given, string]>([
    [
      'code by whoever sets it, and a flag',
      { changes: [code, flag], steps: [setFlag, serves(v1.templateDigest)] },
      'Goes back: the code of checkout and flag new-checkout in production. Stays: rows written since.',
    ],
    [
      'what a way knows to stay, and why',
      {
        ...{ changes: [code], steps: [serves(v1.templateDigest)] },
        stays: [{ what: 'ConfigMap shop-config', why: 'owned by Helm' }],
      },
      'Goes back: the code of checkout. Stays: ConfigMap shop-config (owned by Helm); rows written since.',
    ],
    [
      'a schema with rows that are lost, and data that is repaired',
      { steps: [migrate], lost: [rowLoss('orders', '2', { relation: 'notes', rows: 3412 })] },
      'Goes back: the schema of database orders. Stays: all other rows, as far as can be counted beforehand. Lost for good: 3,412 rows of notes in database orders (kept since migration 2).',
    ],
    [
      'rows that nobody can count, and a fix-up of which nobody can tell what it takes',
      { steps: [migrate, fixUp], lost: [rowLoss('orders', '2', { relation: 'notes', rows: null })] },
      'Goes back: the schema of database orders. Repaired: data of database orders by fix-up totals. Lost for good: rows of notes in database orders, nobody can tell how many (kept since migration 2).',
    ],
    [
      'a stack that only updates',
      { steps: [stack('update')] },
      'Goes back: stack shop. Stays: rows written since.',
    ],
    [
      'a stack that replaces: whatever was in it, nothing is promised of rows',
      { steps: [stack('replace')], lost: [resourceLoss('shop', 'aws_db.x')] },
      'Goes back: stack shop. Lost for good: the data of aws_db.x in stack shop.',
    ],
    [
      'a stack that updates what keeps data: a shorter retention loses rows, too',
      { steps: [stack('update', true)] },
      'Goes back: stack shop.',
    ],
    [
      'commits, without claiming code that no step proves, nor rows: a controller may prune a volume',
      { changes: [code], steps: [revert] },
      'Goes back: the commits in deploy (main). Stays: Deployment web.',
    ],
    [
      'code that has to serve what the release brought: it stays',
      { changes: [code], steps: [serves(v2.templateDigest)] },
      'Goes back: nothing. Stays: Deployment web (it goes on running v2: no step changes it); rows written since.',
    ],
    [
      'what the release changed and no step changes',
      { changes: [flag], steps: [migrate] },
      'Goes back: the schema of database orders. Stays: flag new-checkout (no step changes it); rows written since, as far as can be counted beforehand.',
    ],
  ])('%s', (_what, given, words) => expect(sentence(given)).toBe(words));

  it('of a group, member after member', () => {
    const together = outcomeTogether([
      outcome({ steps: [setFlag] }),
      outcome({ steps: [migrate], lost: [rowLoss('orders', '2', { relation: 'a', rows: 1 })] }),
    ]);
    expect(outcomeInWords(together)).toBe(
      'Goes back: flag new-checkout in production and the schema of database orders. Stays: all other rows, as far as can be counted beforehand. Lost for good: 1 row of a in database orders (kept since migration 2).',
    );
  });

  it('of a group, code as one', () => {
    const one = (name: string) =>
      outcomeOf({
        ...{ service: { ...service, name }, target: aBaseline({ changes: [] }) },
        ...{ steps: [{ step: serves(v1.templateDigest) }], stays: [], lost: [], led: [] },
        deployment: aDeployment({ changes: [code] }),
      });
    expect(outcomeInWords(outcomeTogether(['edge', 'mail', 'catalog'].map(one)))).toBe(
      'Goes back: the code of edge, mail and catalog. Stays: rows written since.',
    );
  });

  it('stays one sentence for a person where there is much', () => {
    const stays = Array.from({ length: 40 }, (_, n) => ({ what: `ConfigMap c${n}`, why: null }));
    expect(sentence({ steps: [setFlag], stays })).toContain('ConfigMap c5 and 34 more; rows');
  });
});

describe('what is in place already goes nowhere', () => {
  const setWeb = (from: string): Step => ({
    ...{ kind: 'set-template', workload: webWorkload, uid: 'u', fromDigest: from, template: v1.template },
    ...{ templateDigest: v1.templateDigest, imageDigests: {} },
  });
  const told = (changes: Change[], steps: OutcomeStep[]) =>
    outcomeInWords(
      outcomeOf({
        ...{ service, deployment: aDeployment({ changes }), target: aBaseline({ changes: [] }) },
        ...{ steps, stays: [], lost: [], led: [] },
      }),
    );
  it.each<[string, Change[], OutcomeStep[], string]>([
    [
      'the same code whose pods read other configuration',
      [code],
      [
        { step: setWeb('sha256:other'), effect: 'restart' },
        { step: serves('sha256:marked'), effect: 'restart' },
      ],
      'Goes back: nothing. The pods of checkout start anew. Stays: rows written since.',
    ],
    [
      'a template that is there',
      [code],
      [
        { step: setWeb(v1.templateDigest), effect: 'none' },
        { step: serves(v1.templateDigest), effect: 'none' },
      ],
      'Goes back: nothing. Stays: rows written since.',
    ],
    [
      'a flag that is off',
      [flag],
      [{ step: setFlag, effect: 'none' }],
      'Goes back: nothing. Stays: rows written since.',
    ],
    [
      'a commit that is reverted: its revert prunes nothing any more',
      [],
      [{ step: revert, effect: 'none' }],
      'Goes back: nothing. Stays: rows written since.',
    ],
  ])('%s', (_what, changes, steps, words) => expect(told(changes, steps)).toBe(words));
});

describe('of any plan', () => {
  const kinds = stepContracts.map(({ kind }) => kind);
  const anyStep = fc
    .tuple(fc.constantFrom<StepKind>(...kinds), fc.nat(500))
    .map(([kind, seed]): Step => stepCases[kind](createRandom(seed)).step);
  const others = (steps: readonly Step[]) =>
    steps
      .flatMap((step) => contractOf(step).record?.(step, aDeployment(), 0) ?? [])
      .filter((change): change is OtherChange => change.kind !== 'workload');

  it.each(stepContracts.filter(({ looksOnly, record }) => looksOnly === null && record))(
    '$kind is told as what goes back, since it records that',
    ({ kind }) => {
      const { step } = stepCases[kind](createRandom(1));
      const { goesBack } = outcome({ steps: [step] });
      expect(goesBack.length).toBeGreaterThan(0);
    },
  );

  it('each change of the release either goes back by a step or is said to stay, never both', () =>
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 6 }), fc.array(anyStep, { maxLength: 4 }), (taken, left) => {
        const changes = [...others(taken), ...others(left)];
        const { stays } = outcome({ changes, steps: taken });
        const untaken = outcome({ changes, steps: [] }).stays;
        expect(untaken).toHaveLength(changes.length);
        expect(outcome({ changes: others(taken), steps: taken }).stays).toEqual([]);
        expect(stays.length).toBeLessThanOrEqual(others(left).length);
      }),
    ));

  it('more steps never take back less, nor promise more of rows', () =>
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 6 }), anyStep, (steps, more) => {
        const [fewer, all] = [outcome({ steps }), outcome({ steps: [...steps, more] })];
        // Of all workloads the code is said by the name of the service, as one.
        const ofAll = 'the code of checkout';
        const isCode = (what: string) => what.startsWith('the code of ');
        const saidBesides = all.goesBack.includes(ofAll)
          ? fewer.goesBack.filter((what) => !isCode(what))
          : fewer.goesBack;
        expect(all.goesBack).toEqual(expect.arrayContaining(saidBesides));
        const promise = ['unknown', 'counted', 'certain'];
        expect(promise.indexOf(all.rowsStay)).toBeLessThanOrEqual(promise.indexOf(fewer.rowsStay));
        expect(outcomeInWords(all)).toMatch(/^Goes back: .*\.$/);
        expect(outcomeInWords(all)).not.toMatch(/undefined|null|\[object/);
      }),
    ));
});
