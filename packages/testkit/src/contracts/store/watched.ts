import { type Decision, type Deployment, initialTriggerState } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { aBaseline, aDeployment, aService, dayZero, onlyWatched } from '../../scenario/builders.ts';
import { claimsOf, emptySlot, slot } from './judged-slots.ts';
import { claimed, key, queued, type StoreUnderTest } from './store-under-test.ts';

/** What is judged in a slot, and what is known of it. */
export function describeWatched(store: () => StoreUnderTest): void {
  const { taken } = claimsOf(store);

  it('tells how a release stands as the next slot would judge it, until a newer one is there', async () => {
    const { slots, deployments } = store();
    const before = await deployments.watched('d2');
    expect(before).toMatchObject({ deployment: { id: 'd2' }, service: { key }, activeRunId: null });
    expect(before?.triggers.map(({ state }) => state?.phase ?? null)).not.toContain('firing');
    const first = await taken(1);
    await slots.watched(first, onlyWatched);
    const firing = { ...initialTriggerState, phase: 'firing' as const, since: slot(1), lastSlot: slot(1) };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state: firing }];
    await slots.commit(first, [], () => ({ ...emptySlot, states }));
    await queued(store());
    expect(await deployments.watched('d2')).toMatchObject({
      ...{ activeRunId: 'r1', lastKnownGood: { id: 'd1' } },
      triggers: [{ trigger: { name: 'high_error_rate' }, state: { phase: 'firing', since: slot(1) } }],
    });
    expect(await deployments.watched('d1')).toBeNull();
    expect(await deployments.watched('nobody')).toBeNull();
    await deployments.commit({ newDeployments: [aDeployment({ id: 'd3', startedAt: slot(2) })] });
    expect(await deployments.watched('d2')).toBeNull();
  });

  it('gives the releases that lie between a watched deployment and its last known good one', async () => {
    const { deployments, slots } = store();
    await deployments.commit({ newDeployments: [aDeployment({ id: 'd3', startedAt: slot(0) })] });
    const [watched] = await slots.watched(await taken(0), onlyWatched);
    expect(watched).toMatchObject({
      deployment: { id: 'd3' },
      lastKnownGood: { id: 'd1' },
      between: [
        {
          ...{ id: 'd2', release: 2, version: 'v2', origin: 'pipeline', status: 'in_progress' },
          ...{ proof: 'unproven', startedAt: aDeployment().startedAt, returned: null },
        },
      ],
    });
  });

  it('gives every watched deployment with its triggers, states and surroundings', async () => {
    const first = await taken(0);
    const [watched] = await store().slots.watched(first, onlyWatched);
    expect(watched).toMatchObject({
      deployment: { id: 'd2' },
      service: { key },
      triggers: [{ trigger: { name: 'high_error_rate' }, state: null }],
      lastAttemptAt: null,
      activeRunId: null,
      lastKnownGood: { id: 'd1' },
      between: [],
      lastDecision: null,
    });
    const state = {
      phase: 'pending' as const,
      since: slot(0),
      heldMs: 0,
      lastSlot: slot(0),
      lastJudgedSlot: slot(0),
      lastBreachSlot: slot(0),
      reading: { kind: 'value' as const, value: Number.POSITIVE_INFINITY },
      troubleSince: null,
      troubleReason: null,
      companion: {
        reading: { kind: 'no-data' as const },
        troubleSince: slot(0),
        troubleReason: 'it answers nothing',
      },
      slotsAsked: 0,
      slotsHealthy: 0,
      everFired: false,
    };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state }];
    await store().slots.commit(first, [], () => ({ ...emptySlot, states }));
    await queued(store());
    const [next] = await store().slots.watched(await taken(1, 'two'), onlyWatched);
    expect(next?.triggers[0]?.state).toEqual(state);
    expect(next).toMatchObject({ activeRunId: 'r1', lastAttemptAt: dayZero });
  });

  it('gives what stands in its turn, the newest of each service, and in every slot what is not at rest', async () => {
    const { deployments, slots } = store();
    const pace = { intervalMs: 15_000, standingMs: 60_000 };
    const api = aService({ name: 'api' });
    await store().services.apply(api, 'test', dayZero);
    await deployments.commit({ newDeployments: [aBaseline({ id: 'api-1', service: api.key })] });
    await deployments.commit({ deployments: [{ id: 'd2', status: 'completed', watchClosedAt: dayZero }] });
    const readIn = async (n: number) =>
      (await slots.watched(await taken(n), pace)).map(({ deployment }) => deployment.id).sort();
    const turns = [await readIn(0), await readIn(1), await readIn(2), await readIn(3)];
    expect(turns.flat().sort()).toEqual(['api-1', 'd2']);
    const firing = { ...initialTriggerState, phase: 'firing' as const, since: slot(3), lastSlot: slot(3) };
    const states = [
      { deploymentId: 'd2', trigger: 'high_error_rate', state: firing, standing: true },
      { deploymentId: 'd1', trigger: 'high_error_rate', state: firing },
    ];
    const last = await taken(4);
    await slots.commit(last, [], () => ({ ...emptySlot, states }));
    for (const n of [5, 6, 7, 8]) expect(await readIn(n)).toContain('d2');
    await deployments.commit({
      newDeployments: [aDeployment({ id: 'd3', startedAt: slot(8), watchClosedAt: slot(8) })],
    });
    const after = [await readIn(9), await readIn(10), await readIn(11), await readIn(12)];
    expect(after.flat().sort()).toEqual(['api-1', 'd3']);
  });

  it('gives what a rollback takes back in every slot while it is at work, then what the rollback left', async () => {
    const { deployments, slots } = store();
    const pace = { intervalMs: 15_000, standingMs: 3_600_000 };
    const readIn = async (n: number) =>
      (await slots.watched(await taken(n), pace)).map(({ deployment, isTakenBack }) => [
        deployment.id,
        isTakenBack,
      ]);
    expect(await readIn(0)).toEqual([['d2', false]]);
    const given = { origin: 'rollback', previousDeploymentId: 'd2', startedAt: slot(0) } as const;
    await deployments.commit({ newDeployments: [aDeployment({ ...given, id: 'r1-rollback' })] });
    for (const n of [1, 2, 3, 4]) expect(await readIn(n)).toEqual([['d2', true]]);
    const set = (over: Partial<Deployment>) =>
      deployments.commit({ deployments: [{ id: 'r1-rollback', ...over }] });
    await set({ status: 'failed' });
    for (const n of [5, 6, 7, 8]) expect(await readIn(n)).toEqual([['r1-rollback', false]]);
    await set({ status: 'completed', completedAt: slot(8), watchEndsAt: slot(100) });
    expect(await readIn(9)).toEqual([['r1-rollback', false]]);
  });

  it('holds against a finished rollback nothing that was judged while it stood half-way', async () => {
    const { runs, slots } = store();
    await queued(store());
    const { lease } = await claimed(store(), 'one', 60_000);
    const id = 'r1-rollback';
    const made = { id, origin: 'rollback', previousDeploymentId: 'd2', startedAt: slot(0) } as const;
    await runs.commit(lease, { newDeployments: [aDeployment({ ...made, status: 'failed' })] });
    const pace = { intervalMs: 15_000, standingMs: 15_000 };
    const judged = async (n: number) => {
      const claim = await taken(n);
      const [watched] = await slots.watched(claim, pace);
      const firing = { ...initialTriggerState, phase: 'firing' as const, since: slot(n), lastSlot: slot(n) };
      const decision: Decision = {
        ...{ id: `${id}-${n}`, deploymentId: id, service: key, slot: slot(n), verdict: 'suggest' },
        ...{ wanted: 'roll_back', trigger: 'high_error_rate', sentence: '', restraints: [] },
        ...{ evidence: [], guards: [] },
      };
      await slots.commit(claim, [], () => ({
        ...emptySlot,
        states: [{ deploymentId: id, trigger: 'high_error_rate', state: firing }],
        decisions: [decision],
      }));
      const [state] = watched?.triggers ?? [];
      return [watched?.deployment.id, state?.state?.since ?? null, watched?.lastDecision?.slot ?? null];
    };
    expect(await judged(1)).toEqual([id, null, null]);
    expect(await judged(2)).toEqual([id, slot(1), slot(1)]);
    const done = { status: 'completed', completedAt: slot(2) + 1, watchEndsAt: slot(100) } as const;
    await runs.commit(lease, {
      run: { status: 'done', verdict: 'passed', finishedAt: slot(2) + 1 },
      deployments: [{ id, ...done }],
    });
    expect(await judged(3)).toEqual([id, null, null]);
    expect(await judged(4)).toEqual([id, slot(3), slot(3)]);
  });

  it('knows how the triggers of a deployment stand, once they were judged of it', async () => {
    const { deployments, slots } = store();
    expect(await deployments.judgedTriggers('d2')).toEqual([]);
    expect(await deployments.judgedTriggers('d-of-nowhere')).toEqual([]);
    const claim = await taken(0);
    await slots.watched(claim, onlyWatched);
    const state = { ...initialTriggerState, phase: 'firing' as const, since: slot(0), lastSlot: slot(0) };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state }];
    await slots.commit(claim, [], () => ({ ...emptySlot, states }));
    expect(await deployments.judgedTriggers('d2')).toMatchObject([
      {
        trigger: { name: 'high_error_rate', query: expect.any(String) },
        state: { phase: 'firing', since: slot(0) },
      },
    ]);
    expect(await deployments.judgedTriggers('d1')).toEqual([]);
  });
}
