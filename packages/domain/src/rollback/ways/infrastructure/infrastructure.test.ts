import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../deployment/deployment.ts';
import type { PassedRelease } from '../../../deployment/jump.ts';
import { composePlan } from '../../compose-plan.ts';
import type { InfrastructureSeen } from '../../contracts/apply-infrastructure.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { InfrastructureChange } from '../../infrastructure-change.ts';
import type { NeedAnswer } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { isServed } from '../index.ts';
import { aPassedRelease } from '../planned-harness.ts';
import type { Way } from '../way.ts';
import { infrastructure } from './infrastructure.ts';

const [good, bad] = ['a11ce', 'b0bb'];
const stackChange = (before: unknown, after: unknown) =>
  ({ kind: 'infrastructure', target: { stack: 'shop' }, before, after }) as const;

/** The rolling strategy without a workload: what is under test is all there is. */
const served: Way = {
  name: 'rolling',
  strategies: ['rolling'],
  takesBack: () => null,
  needs: () => [],
  plan: () => ({ kind: 'steps', steps: [], warnings: [] }),
};
const ways = [served, infrastructure];
const allKinds = new Set(stepContracts.map(({ kind }) => kind));
const queue: InfrastructureChange = {
  address: 'aws_sqs_queue.q',
  type: 'aws_sqs_queue',
  action: 'update',
  keepsData: false,
};
const database: InfrastructureChange = {
  ...{ address: 'aws_db_instance.orders', type: 'aws_db_instance', action: 'replace', keepsData: true },
};
const seen = (over: Partial<InfrastructureSeen> = {}): NeedAnswer<'stack'> => ({
  kind: 'seen',
  seen: { lineage: 'l', version: bad, serial: 7, lockedBy: null, drifted: [], changes: [queue], ...over },
});

interface Given {
  answer?: NeedAnswer<'stack'>;
  accepting?: string[];
  change?: ReturnType<typeof stackChange>;
  target?: Partial<Deployment>;
  between?: PassedRelease[];
  stateful?: string[];
}

function compose({
  answer = seen(),
  accepting,
  change = stackChange(good, bad),
  target = {},
  between = [],
  stateful,
}: Given) {
  const rollback = stateful ? { infrastructure: { stateful } } : {};
  const to = aBaseline(target);
  const previous = between.at(-1)?.id ?? aBaseline().id;
  const deployment = aDeployment({ changes: [change], previousDeploymentId: previous });
  const frame = { service: aService({ rollback }), deployment, target: to, between };
  const needs = neededFacts(frame, ways).infrastructure ?? [];
  const facts = needs.map((need) => ({ ...need, answer }) as never);
  const rest = {
    stepDurations: { service: {}, environment: {} },
    at: 0,
    furtherBack: null,
    triggers: [],
  };
  return composePlan({ ...frame, ...rest, accepting, known: { infrastructure: facts } }, allKinds, ways);
}

function planOf(given: Given) {
  const result = compose(given);
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}

function refusalsOf(given: Given) {
  const result = compose(given);
  return result.kind === 'refused' ? result.refusals : [];
}

describe('taking infrastructure back', () => {
  it('applies the configuration from before, and does no more than the plan shows', () => {
    const { steps, outcome } = planOf({});
    expect(steps[0]).toMatchObject({
      title: 'Apply configuration a11ce to stack shop: 1 to update',
      step: {
        ...{ kind: 'apply-infrastructure', stack: 'shop', lineage: 'l', from: bad, to: good },
        ...{ changes: [queue], acceptedDestroys: [] },
      },
    });
    expect(outcome).toMatchObject({ goesBack: ['stack shop'], lost: [], rowsStay: 'certain' });
  });

  it('takes what the target itself had applied, however far back it is', () => {
    const target = { id: 'd-older', changes: [stackChange('0', 'cafe')] };
    expect(planOf({ target }).steps[0]).toMatchObject({ step: { to: 'cafe' } });
    expect(refusalsOf({ target: { id: 'd-older', changes: [] } })).toMatchObject([
      { code: 'target-unknown' },
    ]);
  });

  it('takes what was there before the first release that changed it, past one that was taken back', () => {
    const target = { id: 'd-older', changes: [] };
    const worse = aPassedRelease(2, 'd2', stackChange(good, 'badbad'));
    const takenBack = aPassedRelease(3, 'd3', stackChange('badbad', good));
    expect(planOf({ target, between: [worse, takenBack] }).steps[0]).toMatchObject({
      step: { from: bad, to: good },
    });
    // One that stays, and is gone back past, goes with it.
    const before = stackChange('badbad', bad);
    expect(planOf({ target, between: [worse], change: before }).steps[0]).toMatchObject({
      step: { to: good },
    });
    const untold = aPassedRelease(2, 'd2', stackChange(null, good));
    expect(refusalsOf({ target, between: [untold] })).toMatchObject([{ code: 'target-unknown' }]);
  });

  it('is refused where nobody registered what was applied', () => {
    expect(refusalsOf({ change: stackChange(null, bad) })).toMatchObject([{ code: 'target-unknown' }]);
    expect(refusalsOf({ change: stackChange(good, null) })).toMatchObject([{ code: 'version-unknown' }]);
  });

  it.each<[string, Partial<InfrastructureSeen>, string, RegExp]>([
    ['locked by somebody', { lockedBy: 'ann@laptop' }, 'stack-locked', /ann@laptop/],
    ['at a third version', { version: 'decaf' }, 'stack-changed', /at decaf.*Somebody else/],
    ['changed by hand', { drifted: ['aws_lb.front'] }, 'stack-changed', /aws_lb\.front.*by hand/],
  ])('is refused where the stack is %s', (_how, over, code, words) =>
    expect(refusalsOf({ answer: seen(over) })).toEqual([
      { code, reason: expect.stringMatching(words), advice: expect.stringMatching(/\w/) },
    ]),
  );

  it('is refused where the stack is not known, and where it cannot be asked', () => {
    const gone = { kind: 'not-found', reason: 'it has no state' } as const;
    expect(refusalsOf({ answer: gone })).toMatchObject([{ code: 'stack-unknown' }]);
    const deaf = { kind: 'unreachable', reason: 'no route' } as const;
    expect(refusalsOf({ answer: deaf })).toMatchObject([{ code: 'source-unreachable' }]);
  });

  it('says when there is nothing to do', () => {
    const { warnings, outcome } = planOf({ answer: seen({ version: good, changes: [] }) });
    expect(warnings).toContain("Stack shop has the target's configuration already; nothing will be applied.");
    expect(outcome?.goesBack).toEqual([]);
  });

  it('needs no strategy of its own', () => expect(isServed('rolling', [infrastructure])).toBe(false));
});

describe('what keeps data', () => {
  const answer = seen({ changes: [database, queue] });

  it('is destroyed or replaced only where the command names it', () => {
    const [refusal] = refusalsOf({ answer });
    expect(refusal).toMatchObject({
      code: 'data-loss',
      reason: expect.stringContaining(`shop/${database.address}`),
      losses: [{ name: `shop/${database.address}`, of: database.address, store: 'shop' }],
    });
    expect(refusalsOf({ answer, accepting: ['aws_db_instance'] })).toHaveLength(1);
    for (const other of [database.address, `queues/${database.address}`])
      expect(refusalsOf({ answer, accepting: [other] })).toHaveLength(1);
    const { steps, outcome } = planOf({ answer, accepting: [`shop/${database.address}`] });
    expect(steps[0]).toMatchObject({ step: { acceptedDestroys: [database.address] } });
    expect(outcome?.lost).toMatchObject([{ name: `shop/${database.address}`, kind: 'resource' }]);
  });

  it('may be declared, by type or by name', () => {
    const destroyed = seen({ changes: [{ ...queue, action: 'destroy' }] });
    expect(refusalsOf({ answer: destroyed })).toEqual([]);
    for (const stateful of [['aws_sqs_queue'], ['aws_sqs_queue.q']])
      expect(refusalsOf({ answer: destroyed, stateful })).toMatchObject([{ code: 'data-loss' }]);
  });

  it('comes back empty when the release had destroyed it, and the plan says so', () =>
    expect(planOf({ answer: seen({ changes: [{ ...database, action: 'create' }] }) }).warnings).toContain(
      'aws_db_instance.orders comes back empty: the release had destroyed it, and its data is for whoever keeps the backups.',
    ));
});
