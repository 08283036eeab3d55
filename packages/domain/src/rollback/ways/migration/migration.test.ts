import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../../deployment/deployment.ts';
import type { PassedRelease } from '../../../deployment/jump.ts';
import { composePlan } from '../../compose-plan.ts';
import { stepContracts } from '../../contracts/index.ts';
import type { KedaScaling } from '../../contracts/keda-scaling.ts';
import type { Downgrade } from '../../contracts/migrate-to.ts';
import type { Fact, SeenOf } from '../../need.ts';
import { neededFacts } from '../../needed-facts.ts';
import { aPassedRelease } from '../planned-harness.ts';
import { migration } from './migration.ts';

const change = { kind: 'migration', target: { database: 'orders' }, before: '0016', after: '0018' } as const;
const service = aService({
  writers: [
    { kind: 'Deployment', name: 'web' },
    { kind: 'Deployment', name: 'worker' },
  ],
  rollback: { migration: { database: 'orders', fixUps: [{ name: 'totals' }] } },
});
const deployment = aDeployment({ changes: [change] });
const down = (from: string, to: string, over: Partial<Downgrade> = {}): Downgrade => ({
  ...{ from, to, irreversible: null, undeclared: [], loss: {} },
  ...over,
});
const path = [down('0018', '0017'), down('0017', '0016')];
const digest = 'sha256:a';

interface World {
  database: Partial<SeenOf<'database'>>;
  fixUp: SeenOf<'fix-up'>['last'];
  writers: Partial<SeenOf<'writers'>['writers'][number]>;
  given: {
    service?: typeof service;
    deployment?: Deployment;
    target?: Deployment;
    accepting?: string[];
    between?: PassedRelease[];
  };
}

/** A plan of the way alone, over a world that allows it unless said otherwise. */
function plan({ database = {}, fixUp = null, writers = {}, given = {} }: Partial<World> = {}) {
  const rollback = { service, deployment, target: aBaseline(), between: [], ...given };
  const known = neededFacts(rollback, [migration]).migration?.map((need): Fact => {
    if (need.kind === 'database')
      return {
        ...need,
        answer: { kind: 'seen', seen: { head: '0018', dirty: false, running: null, path, ...database } },
      };
    if (need.kind === 'fix-up') return { ...need, answer: { kind: 'seen', seen: { digest, last: fixUp } } };
    const one = { uid: 'u', desired: 3, ready: 3, pods: 3, ...writers };
    return {
      ...need,
      answer: { kind: 'seen', seen: { writers: [one, { ...one, uid: 'w' }], sessions: 4 } },
    } as Fact;
  });
  return composePlan(
    {
      ...rollback,
      ...{ stepDurations: { service: {}, environment: {} }, at: 0, furtherBack: null },
      ...{ triggers: [], known: { migration: known ?? [] } },
    },
    new Set(stepContracts.map(({ kind }) => kind)),
    [{ ...migration, strategies: ['rolling'] }],
  );
}

const titles = (over?: Partial<World>) => {
  const result = plan(over);
  return result.kind === 'plan' ? result.plan.steps.map(({ title }) => title) : result;
};
const warnings = (over?: Partial<World>) => {
  const result = plan(over);
  return result.kind === 'plan' ? result.plan.warnings.join('\n') : JSON.stringify(result);
};
const refused = (over: Partial<World>) => {
  const result = plan(over);
  return result.kind === 'refused' ? result.refusals.map(({ code, reason }) => `${code}: ${reason}`) : result;
};

describe('a schema goes back', () => {
  it('one version after the other, newest first, while nothing writes', () =>
    expect(titles()).toEqual([
      'Stop everything that writes to orders: Deployment web (3), Deployment worker (3)',
      'Reverse migration 0018 of database orders, back to 0017',
      'Reverse migration 0017 of database orders, back to 0016',
      'Repair data of orders: run fix-up totals',
      'Start again what writes to orders: Deployment web (3), Deployment worker (3)',
      expect.stringContaining('Verify'),
    ]));

  it('and every step in between says what stands still where the run stops', () => {
    const result = plan();
    const steps = result.kind === 'plan' ? result.plan.steps : [];
    for (const { leavesBehind } of steps.slice(1, 4))
      expect(leavesBehind).toContain('Stopped and not started again: web, worker.');
    expect(warnings()).toContain('Deployment web, Deployment worker stand still');
    // Where the release changed nothing but the schema, they start again on the code they had.
    expect(warnings()).not.toContain('old code');
  });

  it('to the version that the target registered, and says where that is a guess', () => {
    const target = aBaseline({ id: 'd0', changes: [{ ...change, before: '0014', after: '0015' }] });
    const ask = (given: object) =>
      neededFacts({ service, deployment, target: aBaseline(), ...given }, [migration]).migration?.[0]?.ask;
    expect(ask({})).toEqual({ database: 'orders', to: '0016' });
    expect(ask({ target })).toEqual({ database: 'orders', to: '0015' });
    expect(warnings({ given: { target: aBaseline({ id: 'd0' }) } })).toContain(
      'what a release between migrated without registering it stays',
    );
    expect(warnings()).not.toContain('a release between');
    const between = [aPassedRelease(2, 'd1', { ...change, before: '0014', after: '0016' })];
    const known = { target: aBaseline({ id: 'd0' }), between };
    expect(ask({ ...known, deployment: { ...deployment, previousDeploymentId: 'd1' } })).toEqual({
      ...{ database: 'orders', to: '0014' },
    });
    // Where more lies between than is known, only what the release itself said counts.
    const unknown = { ...known, deployment: { ...deployment, previousDeploymentId: 'd9' } };
    expect(ask(unknown)).toEqual({ database: 'orders', to: '0016' });
  });

  it('and is left alone where it is there already and the data is repaired', () => {
    const there = { database: { head: '0016', path: [] } };
    const last = { operation: 'r0/3', digest, state: 'complete' as const, reason: null };
    expect(titles({ ...there, fixUp: last })).toMatchObject({ refusals: [{ code: 'unsafe-plan' }] });
    expect(titles(there)).toHaveLength(4);
  });

  it('and nothing is reversed where nobody registered what the release left, and it is there already', () => {
    const unsaid = { deployment: aDeployment({ changes: [{ ...change, after: null }] }) };
    expect(titles({ database: { head: '0016', path: [] }, given: unsaid })).toHaveLength(4);
  });

  it('with writers that an earlier rollback stopped: they return to what they had', () =>
    expect(titles({ writers: { desired: 0, pods: 0, ready: 0, stoppedFrom: 5 } })).toContain(
      'Start again what writes to orders: Deployment web (5), Deployment worker (5)',
    ));
});

describe('a writer that KEDA scales', () => {
  const scaled = (pause: KedaScaling['pause'], over = {}): Partial<World> => ({
    writers: { keda: { name: 'work', namespace: 'shop', pause }, ...over },
  });

  it('is refused until KEDA is paused, even where it has no pods just now', () => {
    for (const over of [{}, { desired: 0, pods: 0, ready: 0 }])
      expect(plan(scaled('none', over))).toMatchObject({
        refusals: [
          {
            code: 'scaled-by-keda',
            reason: expect.stringContaining('Deployment web is scaled by KEDA ScaledObject work'),
            advice: expect.stringMatching(
              /kubectl annotate scaledobject work .*paused=true.* roll back again/,
            ),
          },
          { reason: expect.stringContaining('Deployment worker') },
        ],
      });
    expect(plan(scaled('ordered'))).toMatchObject({
      refusals: [{ advice: expect.stringMatching(/^Wait until KEDA has paused it\./) }, {}],
    });
  });

  it('goes back under a pause, which is told of, as it stays', () => {
    expect(warnings(scaled('left-alone'))).toContain(
      'KEDA ScaledObject work is paused, and stays so: take its annotation autoscaling.keda.sh/paused away once this is done, or nothing scales Deployment web.',
    );
    const atZero = warnings(scaled('at-zero', { desired: 0, pods: 0, ready: 0 }));
    expect(atZero).toContain('Deployment web has no replicas now and gets none.');
    expect(atZero).toContain(
      'KEDA ScaledObject work keeps Deployment web at 0 until its annotation autoscaling.keda.sh/paused-replicas is taken away: take it away once this is done, or nothing of it runs.',
    );
  });

  it('is no matter where writers that an earlier rollback stopped are only started again', () => {
    const last = { operation: 'r0/3', digest, state: 'complete' as const, reason: null };
    const halted = {
      ...scaled('none', { desired: 0, pods: 0, ready: 0, stoppedFrom: 5 }),
      ...{ database: { head: '0016', path: [] }, fixUp: last },
    };
    expect(titles(halted)).toEqual([
      'Start again what writes to orders: Deployment web (5), Deployment worker (5)',
      expect.stringContaining('Verify'),
    ]);
    expect(warnings(halted)).not.toContain('While the schema of orders goes back');
  });

  it('and one that an autoscaler may bring up from none is refused as well', () => {
    const autoscaler = { name: 'queue', namespace: 'shop', from: 'may-be-none' } as const;
    expect(plan({ writers: { autoscaler } })).toMatchObject({
      refusals: [{ code: 'scaled-from-zero', advice: expect.stringContaining('roll back again') }, {}],
    });
    expect(warnings({ writers: { autoscaler: { unread: 'no right' } } })).toContain(
      'Whether a HorizontalPodAutoscaler with minReplicas 0 scales Deployment web is not known: no right.',
    );
  });

  it('is warned of where nobody may look', () =>
    expect(warnings({ writers: { keda: { unread: 'no right' } } })).toContain(
      'Whether KEDA scales Deployment web is not known: no right. If it does, it may be started while the schema goes back.',
    ));
});

describe('a writer that a controller would start again', () => {
  const owned = (kind: 'git-controller' | 'possible-controller', over = {}): Partial<World> => ({
    writers: { owner: { kind, name: 'Argo CD', evidence: 'label' }, ...over },
  });

  it('is refused while it runs, as the schema would go back under it', () => {
    const result = plan(owned('git-controller'));
    expect(result).toMatchObject({
      refusals: [
        {
          code: 'owned-by-controller',
          reason: expect.stringContaining('Deployment web belongs to Argo CD (label), which would start it'),
          advice: expect.stringContaining('Suspend Argo CD'),
        },
        { reason: expect.stringContaining('Deployment worker') },
      ],
    });
  });

  it('is no hindrance once a person has suspended that and stopped it', () =>
    expect(titles(owned('git-controller', { desired: 0, pods: 0, ready: 0 }))).toContain(
      'Start again what writes to orders: Deployment web (0), Deployment worker (0)',
    ));

  it('is warned of where nothing tells whether it does', () =>
    expect(warnings(owned('possible-controller'))).toContain(
      'Deployment web may be managed by Argo CD (label): if it is, it may be started while the schema goes back.',
    ));
});

describe('a run that stopped', () => {
  const row = { ...deployment, id: 'r1-rollback', origin: 'rollback' as const, previousDeploymentId: 'd2' };
  const occasions = (given: Deployment) => {
    const needs = neededFacts({ service, deployment: given, target: aBaseline() }, [migration]).migration;
    const asked = needs?.flatMap((need) => (need.kind === 'fix-up' ? need.ask.occasion : []));
    const result = plan({ given: { deployment: given } });
    const steps = result.kind === 'plan' ? result.plan.steps.map(({ step }) => step) : [];
    const planned = steps.flatMap((step) => (step.kind === 'run-fix-up' ? step.occasion : []));
    return [...(asked ?? []), ...planned];
  };

  it('is planned anew with the fix-ups that it has run for the same deployment', () =>
    expect(occasions({ ...row, status: 'failed' })).toEqual(['d2', 'd2']));

  it('is another occasion than a rollback that was done and is taken back itself', () =>
    expect(occasions({ ...row, status: 'completed' })).toEqual(['r1-rollback', 'r1-rollback']));
});

describe('rows that would be lost', () => {
  const losing = (rows: number | null): Partial<World> => ({
    database: { path: [down('0018', '0017', { loss: { coupons: rows } }), down('0017', '0016')] },
  });

  it('are refused in rows, also where nobody can count them, and name how to let them go', () => {
    expect(refused(losing(12))).toEqual(['rows-lost: Reversing 0018 would lose 12 rows of coupons.']);
    expect(refused(losing(1))).toEqual(['rows-lost: Reversing 0018 would lose 1 row of coupons.']);
    expect(refused(losing(null))).toEqual([
      expect.stringContaining('rows of coupons, nobody can tell how many'),
    ]);
    const result = plan(losing(12));
    expect(result).toMatchObject({
      refusals: [{ advice: expect.stringContaining('accepting orders/coupons') }],
    });
  });

  it('are let go where the command names them, and no others', () => {
    expect(
      refused({ ...losing(12), given: { accepting: ['coupons', 'orders', 'carts/coupons'] } }),
    ).toHaveLength(1);
    const named = { ...losing(12), given: { accepting: ['orders/coupons', 'orders/orders'] } };
    const result = plan(named);
    expect(result).toMatchObject({ plan: { steps: { 1: { step: { acceptedLoss: ['coupons'] } } } } });
    expect(result).toMatchObject({ plan: { steps: { 2: { step: { acceptedLoss: [] } } } } });
    expect(result.kind === 'plan' && result.plan.outcome?.lost).toEqual([
      {
        ...{ name: 'orders/coupons', kind: 'rows', store: 'orders', of: 'coupons', rows: 12, since: '0018' },
      },
    ]);
  });

  it('are said to be none only where they were counted', () => {
    expect(warnings(losing(0))).toContain('Reversing 0018 loses no row of coupons, as counted now.');
    expect(warnings()).not.toContain('loses no row');
  });
});

describe('a schema stays', () => {
  it.each<[string, Partial<World>, string]>([
    ['nobody declared its database', { given: { service: aService() } }, 'migration-undeclared'],
    [
      'another database is declared',
      { given: { service: { ...service, rollback: { migration: { database: 'users' } } } } },
      'migration-undeclared: The release changed database orders, and the service declares users',
    ],
    ['no writers are declared', { given: { service: { ...service, writers: [] } } }, 'writers-undeclared'],
    [
      'a writer cannot be stopped',
      { given: { service: { ...service, writers: [{ kind: 'DaemonSet', name: 'agent' }] } } },
      'writers-unstoppable: DaemonSet agent',
    ],
    [
      'nobody knows what to go back to',
      { given: { deployment: aDeployment({ changes: [{ ...change, before: null }] }) } },
      'target-unknown',
    ],
    [
      'somebody else migrated it',
      { database: { head: '0019' } },
      'schema-elsewhere: Database orders is at 0019',
    ],
    [
      'nobody registered where the release left it',
      {
        database: { head: '0019' },
        given: { deployment: aDeployment({ changes: [{ ...change, after: null }] }) },
      },
      'version-unknown: At which version the release left database orders was never registered; it is at 0019',
    ],
    ['it is being migrated', { database: { running: 'r0/1' } }, 'is being migrated by r0/1'],
    ['a migration failed half way', { database: { dirty: true } }, 'stands half way at 0018'],
    [
      'the version is unknown to it',
      { database: { path: null } },
      'none of the versions it has gone through',
    ],
    [
      'a migration cannot be reversed',
      { database: { path: [down('0018', '0016', { irreversible: 'has no down block' })] } },
      'irreversible: Migration 0018 has no down block.',
    ],
    [
      'what it would drop is not declared',
      { database: { path: [down('0018', '0016', { undeclared: ['DROP TABLE coupons (3 rows)'] })] } },
      'undeclared-loss: Reversing 0018 would run DROP TABLE coupons (3 rows)',
    ],
  ])('where %s', (_why, over, words) => expect(refused(over)).toEqual([expect.stringContaining(words)]));
});
