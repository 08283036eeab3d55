import { type Commit, initialTriggerState } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { aDeployment, aRun, aService, dayZero, onlyWatched } from '../../scenario/builders.ts';
import { claimsOf, emptySlot, slot } from './judged-slots.ts';
import { claimed, key, queued, type StoreUnderTest } from './store-under-test.ts';

/** How what a service needs stands, as it is judged. */
export function describeDependencies(store: () => StoreUnderTest): void {
  const { taken } = claimsOf(store);

  it('tells how its dependencies stand: what breaches, what is quiet and what was not asked', async () => {
    const api = aService({ name: 'api', dependencies: [key] });
    await store().services.apply(api, 'test', dayZero);
    await store().deployments.commit({ newDeployments: [aDeployment({ id: 'api-1', service: api.key })] });
    const first = await taken(0);
    const seen = (await store().slots.watched(first, onlyWatched)).map((one) => one.dependencyEvidence);
    const named = { release: 2, version: 'v2', origin: 'pipeline' };
    const about = { service: key, ...named, trigger: 'high_error_rate' };
    const ofWeb = { ...about, startedAt: dayZero, watchClosedAt: null };
    const unasked = { ...ofWeb, stands: 'unreadable', reason: 'not asked yet', readAt: null };
    expect(seen.sort((a, b) => a.length - b.length)).toEqual([[], [unasked]]);
    const state = {
      ...initialTriggerState,
      phase: 'pending' as const,
      since: slot(0),
      lastSlot: slot(0),
      lastBreachSlot: slot(0),
    };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state }];
    await store().slots.commit(first, [], () => ({ ...emptySlot, states }));
    const next = await store().slots.watched(await taken(1), onlyWatched);
    const of = (id: string) => next.find((one) => one.deployment.id === id)?.dependencyEvidence;
    expect(of('d2')).toEqual([]);
    expect(of('api-1')).toEqual([{ ...ofWeb, stands: 'breaches', reason: null, readAt: slot(0) }]);
  });

  it('tells of a dependency that rollbacks take back until the last has ended, whenever its watch was closed', async () => {
    const { services, slots, runs, deployments, commands } = store();
    const api = aService({ name: 'api', dependencies: [key] });
    await services.apply(api, 'test', dayZero);
    await deployments.commit({ newDeployments: [aDeployment({ id: 'api-1', service: api.key })] });
    const first = await taken(0);
    await slots.watched(first, onlyWatched);
    const firing = { ...initialTriggerState, phase: 'firing' as const, since: slot(0), lastSlot: slot(0) };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state: firing }];
    await slots.commit(first, [], () => ({ ...emptySlot, states }));
    await deployments.commit({ deployments: [{ id: 'd2', status: 'completed', watchClosedAt: slot(0) }] });
    const seen = async (n: number) =>
      (await slots.watched(await taken(n), onlyWatched))
        .find(({ deployment }) => deployment.id === 'api-1')
        ?.dependencyEvidence.map(({ release, watchClosedAt, stands }) => [release, watchClosedAt, stands]);
    const begins = (id: string, n: number): Commit => ({
      newDeployments: [
        aDeployment({ id, origin: 'rollback', previousDeploymentId: 'd2', startedAt: slot(n) }),
      ],
    });
    await queued(store());
    const { lease } = await claimed(store(), 'one', 60_000);
    await runs.commit(lease, begins('r1-rollback', 1));
    expect(await seen(500)).toEqual([[2, null, 'breaches']]);
    await runs.commit(lease, {
      run: { status: 'stopped', finishedAt: slot(501) },
      deployments: [{ id: 'r1-rollback', status: 'failed' }],
    });
    expect(await seen(502)).toEqual([[2, slot(501), 'breaches']]);
    expect(await seen(502 + 240)).toEqual([]);
    await commands.queueRun(aRun({ id: 'r2' }));
    const second = await claimed(store(), 'one', 60_000);
    await runs.commit(second.lease, begins('r2-rollback', 800));
    expect(await seen(801)).toEqual([[2, null, 'breaches']]);
    const done = { status: 'completed', completedAt: slot(802), watchEndsAt: slot(900) } as const;
    await runs.commit(second.lease, {
      run: { status: 'done', finishedAt: slot(802) },
      deployments: [{ id: 'r2-rollback', ...done }],
    });
    expect(await seen(803)).toContainEqual([2, slot(802), 'breaches']);
  });
}
