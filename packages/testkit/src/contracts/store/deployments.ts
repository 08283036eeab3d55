import {
  askedFacts,
  type Change,
  type Commit,
  type Decision,
  type Deployment,
  type GroupEvidence,
  type Hold,
  rollbackDeploymentId,
} from '@lastgood/domain';
import { expect, it } from 'vitest';
import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
  onlyWatched,
} from '../../scenario/builders.ts';
import { claimed, event, key, queued, type StoreUnderTest } from './store-under-test.ts';

/** Releases, watches, the last known good. */
export function describeDeployments(store: () => StoreUnderTest): void {
  it('counts releases, closes older watches, and knows the last known good', async () => {
    const { deployments } = store();
    expect(await deployments.deployment('d2')).toMatchObject({ release: 2, watchClosedAt: null });
    await deployments.commit({ newDeployments: [aDeployment({ id: 'd3', startedAt: dayZero + minute })] });
    expect(await deployments.deployment('d3')).toMatchObject({ release: 3 });
    expect(await deployments.deployment('d2')).toMatchObject({
      watchClosedAt: dayZero + minute,
      supersededBy: 'd3',
      proof: 'unproven',
    });
    expect(await deployments.lastKnownGood(key, 3)).toMatchObject({ id: 'd1' });
    expect(await deployments.lastKnownGood(key, 1)).toBeNull();
    expect((await deployments.followed([key]))[0]).toMatchObject({ latest: { id: 'd3' }, activeRunId: null });
    expect(await deployments.followed(['main/shop/ghost'])).toEqual([]);
  });

  it('ends what stands beside an older release, and tells whoever was called for it once a newer one serves', async () => {
    const { deployments, outbox } = store();
    const page = {
      kind: 'rollback_suggested',
      urgency: 'page',
      ...{ at: dayZero, service: key, runId: null, title: '', text: '' },
    } as const;
    for (const deploymentId of ['d1', 'd2'])
      await deployments.commit({ notifications: [{ ...page, key: deploymentId, deploymentId }] });
    const released = (id: string, over: Partial<Deployment> = {}) =>
      deployments.commit({ newDeployments: [aDeployment({ id, startedAt: dayZero + minute, ...over })] });
    const served = (id: string, butFor: string[] = []) => {
      const release = aDeployment({ id, version: id, release: 99 });
      return deployments.commit({
        served: [{ release, service: aService(), at: dayZero + 2 * minute, butFor }],
      });
    };
    const told = async () => {
      const all: string[] = [];
      for (;;) {
        const items = await outbox.take('one', 20, 60_000, { noneOf: ['hook'] });
        if (items.length === 0) return all.toSorted();
        for (const item of items) await outbox.delivered(item, null);
        all.push(...items.map(({ notification: { kind, deploymentId } }) => `${kind} ${deploymentId}`));
      }
    };
    await told();
    await released('back', { origin: 'rollback', previousDeploymentId: 'd2' });
    // What it takes back is ended by its run.
    expect(await told()).toEqual([]);
    // Nothing of these may ever come.
    await released('d4');
    expect(await told()).toEqual(['deployment_superseded d2']);
    await released('d5');
    expect(await told()).toEqual(['deployment_superseded d4']);
    await served('d2');
    expect(await told()).toEqual(['incident_over d1']);
    await released('d6');
    await told();
    await served('d5', ['d2']);
    expect(await told()).toEqual([]);
    await served('d6');
    expect(await told()).toEqual(['incident_over d2']);
    await served('d6');
    expect(await told()).toEqual([]);
  });

  it('finds who depends on a service and on whom it depends, with what each could go back to', async () => {
    const { deployments, services } = store();
    const apply = (name: string, dependencies: string[]) =>
      services.apply(aService({ name, dependencies }), 'test', dayZero);
    await apply('edge', [key]);
    await apply('far', ['main/shop/edge']);
    await apply('search', []);
    await apply('new', [key]);
    await apply('web', ['main/shop/search']);
    for (const name of ['edge', 'far', 'search']) {
      const of = (n: number) => ({
        id: `${name}-${n}`,
        service: `main/shop/${name}`,
        startedAt: dayZero + n,
      });
      await deployments.commit({ newDeployments: [aBaseline(of(1))] });
      await deployments.commit({ newDeployments: [aDeployment(of(2))] });
    }
    const near = (found: Awaited<ReturnType<typeof deployments.neighbours>>) =>
      found.map(({ service, current, targets }) => [service.name, current.id, targets.map(({ id }) => id)]);
    expect(near(await deployments.neighbours([key]))).toEqual([
      ['edge', 'edge-2', ['edge-1']],
      ['search', 'search-2', ['search-1']],
    ]);
    expect(near(await deployments.neighbours([key, 'main/shop/edge']))).toEqual([
      ['far', 'far-2', ['far-1']],
      ['search', 'search-2', ['search-1']],
    ]);
    expect(await deployments.neighbours(['main/shop/ghost'])).toEqual([]);
  });

  it('tells how services stand to a rollback that nobody asked for', async () => {
    const { deployments, services } = store();
    const shown = { name: 'quiet', triggers: [aTrigger({ severity: 'page_and_suggest' })] };
    await services.apply(aService(shown), 'test', dayZero);
    const standing = async () => {
      const found = await deployments.rollbackStandings([key, 'main/shop/quiet', 'main/shop/ghost']);
      return found.toSorted((a, b) => (a.service < b.service ? 1 : -1));
    };
    const never = { lastAttemptAt: null, activeRunId: null, holds: [] };
    expect(await standing()).toEqual([
      { service: key, isAutomatic: true, ...never },
      { service: 'main/shop/quiet', isAutomatic: false, ...never },
    ]);
    await queued(store());
    expect((await standing())[0]).toMatchObject({ activeRunId: 'r1', lastAttemptAt: dayZero });
    const { lease } = await claimed(store(), 'one', 60_000);
    const held: Hold = {
      ...{ id: 'h1', service: key, deploymentId: 'd2', runId: 'r1', templateDigest: 'sha256:bad' },
      ...{ imageDigests: [], images: [], reason: '', placedAt: dayZero + minute },
      ...{ releasedAt: null, releasedBy: null },
    };
    await store().runs.commit(lease, {
      run: { status: 'done', verdict: 'passed', finishedAt: dayZero + minute },
      holds: [held],
    });
    expect((await standing())[0]).toMatchObject({
      ...{ activeRunId: null, lastAttemptAt: dayZero + minute },
      holds: [{ id: held.id, templateDigest: 'sha256:bad' }],
    });
  });

  it('keeps with a decision who would have to go back with it', async () => {
    const { slots } = store();
    const one = aDeployment();
    const group: GroupEvidence = {
      ...{ slot: dayZero, choice: 'with-dependents', followers: [], outcome: 'objects', members: [] },
      asked: askedFacts({ service: aService(), deployment: one, target: one }),
      reasons: ['cart cools down'],
    };
    const keeps = async (n: number, given: Partial<Decision>) => {
      const slot = dayZero + n * 15_000;
      const taken = await slots.claim(slot, 0, 'one', 15_000);
      if (!taken) throw new Error('the slot is taken');
      const [watched] = await slots.watched(taken, onlyWatched);
      const decision: Decision = {
        ...{ id: `decision-${n}`, deploymentId: 'd2', service: key, slot, wanted: 'roll_back' },
        ...{
          verdict: 'suggest',
          sentence: '',
          restraints: [],
          evidence: [],
          guards: [],
          trigger: 't',
          ...given,
        },
      };
      const commit = { states: [], readings: [], asks: [], tripped: [], lateMs: 0 };
      await slots.commit(taken, [], () => ({ ...commit, decisions: [decision] }));
      return watched?.lastDecision?.group ?? null;
    };
    expect([await keeps(0, { group }), await keeps(1, {}), await keeps(2, {})]).toEqual([null, group, null]);
  });

  it('tells what lies between two releases, and nothing of them that a jump does not need', async () => {
    const { deployments } = store();
    const flag: Change = { kind: 'flag', target: { flag: 'cart' }, before: null, after: { on: true } };
    const changes = [...aDeployment().changes, flag];
    await deployments.commit({
      newDeployments: [aDeployment({ id: 'd3', changes, startedAt: dayZero + minute })],
    });
    await deployments.commit({
      newDeployments: [aDeployment({ id: 'd4', startedAt: dayZero + 2 * minute })],
    });
    const between = await deployments.between(key, 1, 4);
    expect(between.toSorted((a, b) => a.release - b.release)).toEqual([
      {
        ...{ id: 'd2', release: 2, version: 'v2', origin: 'pipeline', status: 'in_progress' },
        ...{ proof: 'unproven', startedAt: dayZero, returned: null, changes: [] },
      },
      expect.objectContaining({ id: 'd3', release: 3, changes: [flag] }),
    ]);
    expect(await deployments.between(key, 3, 4)).toEqual([]);
    expect(await deployments.between('main/shop/ghost', 1, 4)).toEqual([]);
  });

  it('tells which releases of other services registered a change of the same thing, since then or at work then', async () => {
    const { deployments, services } = store();
    const schema = (database: string): Change => ({
      ...{ kind: 'migration', target: { database, tool: 'dbmate' }, before: '1', after: '2' },
    });
    const since = dayZero + 3 * minute;
    const released = async (
      name: string,
      changes: Change[],
      startedAt: number,
      completedAt: number | null,
      status: Deployment['status'] = completedAt === null ? 'in_progress' : 'completed',
    ) => {
      await services.apply(aService({ name }), 'test', dayZero);
      const of = { id: name, service: `main/shop/${name}`, changes, startedAt, completedAt, status };
      await deployments.commit({ newDeployments: [aDeployment(of)] });
    };
    await released('done', [schema('orders')], dayZero, dayZero + minute);
    await released('older', [schema('orders')], since - 25 * 60 * minute, null);
    await released('other', [schema('users')], since, null);
    await released('failed', [schema('orders')], dayZero, null, 'failed');
    await released('taken-back', [schema('orders')], dayZero, null, 'rolled_back');
    await released('at-work', [schema('orders')], dayZero, since + minute);
    await released('still', [schema('orders')], dayZero + minute, null);
    await released('later', [schema('users'), schema('orders')], since + minute, since + 2 * minute);
    const found = (service: string, kind: 'migration' | 'flag' = 'migration') =>
      deployments.changedElsewhere({ kind, target: { database: 'orders' } }, service, since);
    const later = { service: 'main/shop/later', release: 1, version: 'v2', origin: 'pipeline' };
    const still = { ...later, service: 'main/shop/still' };
    expect(await found(key)).toEqual([later, still, { ...later, service: 'main/shop/at-work' }]);
    expect(await found('main/shop/at-work')).toEqual([later, still]);
    expect(await found(key, 'flag')).toEqual([]);
  });

  it('tells of a rollback that lies between what it returned to, its verdict and what fired on it first', async () => {
    const { deployments, runs, slots } = store();
    await queued(store());
    const { lease, run } = await claimed(store(), 'one', 60_000);
    const id = rollbackDeploymentId(run);
    const row = aDeployment({ id, origin: 'rollback', startedAt: dayZero + minute });
    await runs.commit(lease, { newDeployments: [row] });
    await deployments.commit({
      newDeployments: [aDeployment({ id: 'd4', startedAt: dayZero + 2 * minute })],
    });
    const returned = async () => (await deployments.between(key, 2, 4)).map((one) => one.returned);
    expect(await returned()).toEqual([{ targetId: 'd1', verdict: null, breached: null }]);

    await runs.commit(lease, { run: { status: 'stopped', verdict: 'failed', finishedAt: dayZero } });
    for (const [n, wanted, trigger] of [
      [0, 'suggest', 'high_latency'],
      [1, 'roll_back', 'high_error_rate'],
      [2, 'roll_back', 'out_of_memory'],
    ] as const) {
      const slot = dayZero + n * 15_000;
      const taken = await slots.claim(slot, 0, 'one', 15_000);
      if (!taken) throw new Error('the slot is taken');
      await slots.watched(taken, onlyWatched);
      const decision: Decision = {
        ...{ id: `decision-${n}`, deploymentId: id, service: key, slot, wanted, trigger },
        ...{ verdict: 'suggest', sentence: '', restraints: [], evidence: [], guards: [] },
      };
      const commit = { states: [], readings: [], asks: [], tripped: [], lateMs: 0 };
      await slots.commit(taken, [], () => ({ ...commit, decisions: [decision] }));
    }
    // What fires on what a rollback left half-way says nothing of what it returns to.
    expect(await returned()).toEqual([{ targetId: 'd1', verdict: 'failed', breached: null }]);
    await deployments.commit({ deployments: [{ id, completedAt: dayZero + 15_000 }] });
    const against = { targetId: 'd1', verdict: 'failed', breached: 'high_error_rate' };
    expect(await returned()).toEqual([against]);
    const claim = await slots.claim(dayZero + minute, 0, 'one', 15_000);
    if (!claim) throw new Error('the slot is taken');
    const watched = await slots.watched(claim, onlyWatched);
    expect(watched.find(({ deployment }) => deployment.id === 'd4')?.between).toMatchObject([
      { id: 'd2', returned: null },
      { id, returned: against },
    ]);
  });

  it('registers once by id and by key, and says so once', async () => {
    const { deployments, events } = store();
    const commit = (id: string): Commit => ({
      newDeployments: [aDeployment({ id, idempotencyKey: 'build-7' })],
      events: [event({ type: 'deployment.registered', deploymentId: id })],
    });
    await deployments.commit(commit('d3'));
    await deployments.commit(commit('d3'));
    await deployments.commit(commit('d4'));
    expect(await deployments.deployment('d4')).toBeNull();
    expect((await events()).filter(({ type }) => type === 'deployment.registered')).toHaveLength(1);
  });

  it('forgets nothing of a deployment, and a good one that was taken back is good no more', async () => {
    const { deployments } = store();
    expect(await deployments.deployment('d2')).toEqual(aDeployment());
    await deployments.commit({ deployments: [{ id: 'd2', proof: 'verified', status: 'completed' }] });
    expect(await deployments.lastKnownGood(key, 9)).toMatchObject({ id: 'd2' });
    await deployments.commit({ deployments: [{ id: 'd2', status: 'rolled_back' }] });
    expect(await deployments.lastKnownGood(key, 9)).toMatchObject({ id: 'd1' });
  });

  it('keeps what the newest look saw, whatever arrives late', async () => {
    const { deployments } = store();
    const seen = { served: 2, lastAt: dayZero + minute, lastServed: true, doubt: 'one pod was not ready' };
    const reportedCompleteAt = dayZero + 1;
    await deployments.commit({ deployments: [{ id: 'd2', reportedCompleteAt, looks: seen }] });
    const late = { served: 1, lastAt: dayZero, lastServed: false, doubt: 'nothing serves' };
    await deployments.commit({ deployments: [{ id: 'd2', version: 'v2.1', looks: late }] });
    expect(await deployments.deployment('d2')).toMatchObject({
      ...{ version: 'v2.1', reportedCompleteAt, looks: seen },
    });
  });

  it('writes all of a commit or nothing', async () => {
    const { deployments, events } = store();
    const before = (await events()).length;
    const bad = aDeployment({ id: 'dx', service: 'main/shop/ghost' });
    await expect(deployments.commit({ newDeployments: [bad], events: [event()] })).rejects.toThrow();
    expect((await events()).length).toBe(before);
  });
}
