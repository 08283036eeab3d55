import { aStep } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { WorkloadTarget } from '../workload/workload.ts';
import { planFaults } from './plan-safety.ts';
import type { PlannedStep, Step } from './step.ts';

const workload: WorkloadTarget = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' };
const writers = [{ workload, uid: 'u1', replicas: 3 }];
const object = { cluster: 'main', namespace: 'shop', kind: 'Service', name: 'web' };

const steps = {
  flag: { kind: 'set-flag', provider: 'p', project: 'p', environment: 'e', flag: 'f', from: true, to: false },
  weight: { kind: 'set-weight', route: object, uid: 'r', rule: null, from: { a: 0 }, weights: { a: 1 } },
  code: {
    kind: 'set-template',
    workload,
    uid: 'u1',
    fromDigest: 'b',
    template: {},
    templateDigest: 'a',
    imageDigests: {},
  },
  revert: { kind: 'ensure-commit-reverted', repository: 'r', branch: 'main', commit: 'c' },
  stop: { kind: 'stop-writers', writers, database: 'shop' },
  stopNobody: { kind: 'stop-writers', writers: [], database: 'shop' },
  migrate: { kind: 'migrate-to', database: 'shop', from: '2', to: '1', acceptedLoss: [] },
  fixUp: { kind: 'run-fix-up', database: 'shop', name: 'totals', digest: 'd', occasion: 'd2' },
  start: { kind: 'start-writers', writers, database: null },
  infrastructure: {
    kind: 'apply-infrastructure',
    stack: 's',
    lineage: 'l',
    from: '2',
    to: '1',
    changes: [],
    acceptedDestroys: [],
  },
  aside: {
    ...{ kind: 'skip-analysis', controller: 'Flagger', object, uid: 'c', revision: 'b' },
    ...{ skip: true, afterTemplate: false },
  },
  back: {
    ...{ kind: 'skip-analysis', controller: 'Flagger', object, uid: 'c', revision: 'b' },
    ...{ skip: null, afterTemplate: false },
  },
  verify: { kind: 'verify' },
} satisfies Record<string, Step>;

const plan = (...names: (keyof typeof steps)[]): PlannedStep[] =>
  names.map((name) => ({ ...aStep().planned, step: steps[name], title: name }));

describe('a safe plan', () => {
  it.each([
    [plan('code', 'verify')],
    [plan('aside', 'code', 'back', 'verify')],
    [plan('flag', 'weight', 'code', 'infrastructure', 'verify')],
    [plan('stop', 'migrate', 'fixUp', 'code', 'start', 'verify')],
    [plan('flag', 'stop', 'migrate', 'fixUp', 'weight', 'code', 'start', 'infrastructure', 'verify')],
  ])('%# has no fault', (safe) => expect(planFaults(safe)).toEqual([]));
});

describe('an unsafe plan', () => {
  it.each([
    ['what is set aside and left there', plan('aside', 'code', 'verify'), /analysis of .* never put back/],
    [
      'a migration with nothing but an analysis set aside',
      plan('aside', 'migrate', 'back', 'verify'),
      /writers run/,
    ],
    ['a migration while traffic flows', plan('migrate', 'verify'), /"migrate" runs while writers run/],
    ['a fix-up while traffic flows', plan('fixUp', 'verify'), /"fixUp" runs while writers run/],
    [
      'a migration after nobody was stopped',
      plan('stopNobody', 'migrate', 'start', 'verify'),
      /while writers run/,
    ],
    ['a migration after the start', plan('stop', 'start', 'migrate', 'verify'), /while writers run/],
    [
      'writers that stay down',
      plan('stop', 'migrate', 'verify'),
      /never started again after the migration.*1 writers are stopped/,
    ],
    [
      'old code on the new schema',
      plan('stop', 'code', 'migrate', 'start', 'verify'),
      /"code" sets old code before the schema/,
    ],
    [
      'old code in the traffic on the new schema',
      plan('weight', 'stop', 'migrate', 'start', 'verify'),
      /"weight" sets old code before the schema/,
    ],
    [
      'old code in Git on the new schema',
      plan('stop', 'revert', 'migrate', 'start', 'verify'),
      /"revert" sets old code before the schema/,
    ],
    ['a flag after traffic', plan('weight', 'flag', 'verify'), /"flag" changes a flag after traffic/],
    ['traffic after code', plan('code', 'weight', 'verify'), /"weight" changes traffic after code/],
    ['code after infrastructure', plan('infrastructure', 'code', 'verify'), /code after infrastructure/],
    ['one that only looks', plan('verify'), /it changes nothing/],
    ['no verification', plan('code'), /verifies 0 times/],
    ['two of them', plan('verify', 'code', 'verify'), /verifies 2 times/],
    ['a change after the look', plan('verify', 'code'), /last step is not the verification/],
  ])('%s', (_what, unsafe, words) => expect(planFaults(unsafe).join('; ')).toMatch(words));
});
