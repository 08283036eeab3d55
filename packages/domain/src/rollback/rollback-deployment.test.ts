import {
  aBaseline,
  aDeployment,
  aPlan,
  aRun,
  aService,
  aStep,
  dayZero,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { OtherChange } from '../deployment/deployment.ts';
import { type RunContext, rollbackDeployment, stoppedRollback } from './rollback-deployment.ts';
import type { RunStep, StepStatus } from './run.ts';
import type { Step } from './step.ts';
import { versionsOf } from './ways/migration/versions.ts';

const named = { provider: 'p', project: 'shop', environment: 'production' };
const registered: OtherChange[] = [
  { kind: 'flag', target: { ...named, flag: 'new' }, before: false, after: true },
  { kind: 'migration', target: { database: 'orders' }, before: '16', after: '18' },
  { kind: 'traffic', target: { kind: 'HTTPRoute', name: 'web' }, before: { a: 1 }, after: { b: 1 } },
  { kind: 'config', target: { key: 'x' }, before: 1, after: 2 },
];
const deployment = aDeployment({ changes: [...aDeployment().changes, ...registered] });
const writers = { writers: [], database: 'orders' };
const steps: Step[] = [
  { kind: 'set-flag', ...named, flag: 'new', from: true, to: false },
  { kind: 'stop-writers', ...writers },
  { kind: 'migrate-to', database: 'orders', from: '18', to: '17', acceptedLoss: [] },
  { kind: 'migrate-to', database: 'orders', from: '17', to: '16', acceptedLoss: [] },
  {
    ...{ kind: 'set-weight', uid: 'u', rule: null, from: { b: 1 }, weights: { a: 1 } },
    route: { cluster: 'main', namespace: 'shop', kind: 'HTTPRoute', name: 'web' },
  },
];

/** A run of which the first steps have come to `said`, and the rest has not begun. */
function context(...said: StepStatus[]): RunContext {
  const rows = steps.map((step, ordinal): RunStep => {
    const status = said[ordinal] ?? 'pending';
    const base = aStep({ ordinal, status, attempts: status === 'pending' ? 0 : 1 });
    return { ...base, planned: { ...base.planned, step } };
  });
  return {
    run: aRun({ status: 'running', plan: aPlan({ steps: rows.map(({ planned }) => planned) }) }),
    ...{ service: aService(), deployment, target: aBaseline(), steps: rows, isRecorded: true },
  };
}

/** What the row of the stopped run says of the changes that are no workloads. */
const left = (of: RunContext, unsent: number | null = null) =>
  (stoppedRollback(of, dayZero, unsent).changes ?? []).filter(({ kind }) => kind !== 'workload');

describe('the row of a run that stopped', () => {
  it('keeps each change that no step has reached as it was', () => {
    const [, ...others] = registered;
    expect(left(context('applied', 'applied', 'pending'))).toEqual([
      { ...registered[0], after: false },
      ...others,
    ]);
    expect(left(context('failed'), 0)).toEqual(registered);
  });

  it('says that it does not know what a step may have set', () => {
    const [flag, , , config] = registered;
    expect(left(context('started'))).toEqual([{ ...flag, after: null }, ...registered.slice(1)]);
    const changes = left(context('applied', 'applied', 'applied', 'applied', 'started'));
    expect(changes).toEqual([
      { ...flag, after: false },
      { ...registered[1], after: '16' },
      { ...registered[2], after: null },
      config,
    ]);
  });

  it('keeps what the command included as if it had been registered, and what stood before the release', () => {
    const of = context('applied', 'applied', 'applied', 'pending');
    const [, migration] = registered as [OtherChange, OtherChange];
    const words = 'The schema of orders moved.';
    const seen = {
      ...migration,
      service: of.run.service,
      name: 'migration/orders',
      words,
      ...{ subject: '', act: '' },
      included: true,
    };
    const stood = [
      { kind: 'migration', name: 'migration/orders', state: { kind: 'known', value: '16' } },
    ] as const;
    const unregistered: RunContext = {
      ...of,
      deployment: { ...aDeployment(), stood: [...stood] },
      run: { ...of.run, plan: aPlan({ unregistered: [seen] }) },
    };
    expect(left(unregistered)).toContainEqual({ ...migration, after: '17' });
    expect(rollbackDeployment(unregistered, dayZero).stood).toEqual(stood);
    const stays = {
      ...unregistered,
      run: { ...of.run, plan: aPlan({ unregistered: [{ ...seen, included: false }] }) },
    };
    expect(left(stays)).not.toContainEqual({ ...migration, after: '17' });
  });

  it('leads the next plan to where this one went, from where it came to', () => {
    const of = context('applied', 'applied', 'applied', 'pending');
    const row = aDeployment({ ...stoppedRollback(of, dayZero, null), previousDeploymentId: 'd2' });
    const changes = row.changes.filter(({ kind }) => kind === 'migration');
    expect(versionsOf({ deployment: row, target: of.target }, changes as never)).toMatchObject({
      from: '17',
      to: '16',
    });
  });

  it('keeps what another step recorded that nobody registered', () => {
    const of = { ...context('applied'), deployment: aDeployment() };
    expect(left(of)).toEqual([{ ...registered[0], before: true, after: false }]);
  });
});

describe('the row of a run under way', () => {
  it('claims only what is in place', () => {
    const of = context('applied');
    expect(rollbackDeployment(of, dayZero)).toMatchObject({
      version: deployment.version,
      changes: [{ ...registered[0], after: false }, ...registered.slice(1), { kind: 'workload' }],
    });
    expect(
      rollbackDeployment(context('applied', 'applied', 'applied', 'applied', 'applied'), 0),
    ).toMatchObject({ version: of.target.version, contracts: of.target.contracts });
  });
});
