import {
  type Commit,
  type Decision,
  type Deployment,
  initialTriggerState,
  type Notification,
  type SlotCommit,
} from '@lastgood/domain';
import { expect, it } from 'vitest';
import { aBaseline, aDeployment, aRun, aService, dayZero, onlyWatched } from '../../scenario/builders.ts';
import { claimed, event, key, queued, type StoreUnderTest } from './store-under-test.ts';

const emptySlot: SlotCommit = { states: [], readings: [], asks: [], tripped: [], lateMs: 0 };

/** Claims of slots, what is judged in them, and what is written of it. */
export function describeSlots(store: () => StoreUnderTest): void {
  const slot = (n: number) => dayZero + n * 15_000;
  const claim = (n: number, replica = 'one') => store().slots.claim(slot(n), 0, replica, 15_000);
  const taken = async (n: number, replica = 'one') => {
    const claimed = await claim(n, replica);
    if (!claimed) throw new Error('the slot is taken');
    return claimed;
  };

  it('tells the time by one clock, whoever asks', async () => {
    const [first, second] = [await store().slots.now(), await store().slots.now()];
    expect(first).toBeGreaterThan(dayZero - 60_000);
    expect(second).toBeGreaterThanOrEqual(first);
  });

  it('claims a slot once, and never an older one', async () => {
    const claims = await Promise.all(['a', 'b', 'c'].map((replica) => claim(4, replica)));
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
    expect(await claim(3)).toBeNull();
    expect(await claim(5)).not.toBeNull();
  });

  it('claims no slot that has not begun by its clock: it would keep everybody from judging until it has', async () => {
    const { slots } = store();
    const begun = Math.floor((await slots.now()) / 15_000) * 15_000;
    await expect(slots.claim(begun + 30_000, 0, 'ahead', 15_000)).rejects.toThrow('has not begun');
    expect(await slots.claim(begun, 0, 'one', 15_000)).not.toBeNull();
  });

  it('judges on where its clock has gone back, and begins the triggers anew', async () => {
    const { slots, goBack } = store();
    const newest = async () => Math.floor((await slots.now()) / 15_000) * 15_000;
    const judge = async (at: number) => {
      const taken = await slots.claim(at, 0, 'one', 15_000);
      if (!taken) throw new Error('the slot is taken');
      const [watched] = await slots.watched(taken, onlyWatched);
      const firing = {
        ...initialTriggerState,
        phase: 'firing' as const,
        since: at,
        lastSlot: at,
        slotsAsked: 7,
      };
      const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state: firing }];
      const { isDiscarded } = await slots.commit(taken, [], () => ({ ...emptySlot, states }));
      return { taken, before: watched?.triggers[0]?.state, isDiscarded };
    };
    const ahead = await newest();
    await judge(ahead - 15_000);
    expect((await judge(ahead)).before?.phase).toBe('firing');
    await goBack(600_000);
    const now = await newest();
    const { taken, before, isDiscarded } = await judge(now);
    expect(taken.claimedAhead).toBeGreaterThan(now + 500_000);
    expect(before).toMatchObject({ phase: 'unknown', lastSlot: null, slotsAsked: 7 });
    expect(isDiscarded).toBe(false);
    expect(await slots.claim(now, 0, 'two', 15_000)).toBeNull();
  });

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

  it('says once what nobody claimed or finished since the last claim', async () => {
    const { slots } = store();
    const first = await taken(1);
    await slots.watched(first, onlyWatched);
    expect(await slots.commit(first, [], () => emptySlot)).toMatchObject({ isDiscarded: false });
    expect((await taken(2)).missed).toBeUndefined();
    expect((await taken(5, 'two')).missed).toEqual({ unclaimed: 2, unfinishedBy: 'one' });
    expect((await taken(6)).missed).toEqual({ unclaimed: 0, unfinishedBy: 'two' });
  });

  it('counts no slot as missed of a chunk that had nothing to judge in it', async () => {
    const { deployments, services, slots } = store();
    const claimSecond = (n: number) => slots.claim(slot(n), 1, 'one', 15_000);
    await claimSecond(0);
    const far = aService({ name: 'far', key: 'far/shop/far', cluster: 'far' });
    await services.apply(far, 'test', dayZero);
    await deployments.commit({
      newDeployments: [aDeployment({ id: 'far-1', service: far.key, startedAt: slot(100) + 1 })],
    });
    expect((await claimSecond(101))?.missed).toEqual({ unclaimed: 0, unfinishedBy: 'one' });
    expect((await claimSecond(103))?.missed).toEqual({ unclaimed: 1, unfinishedBy: 'one' });
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

  it('ends an acknowledgement with what is told of it, and none that was said anew', async () => {
    const { slots } = store();
    const ended = event({ type: 'deployment.acknowledgement-ended', deploymentId: 'd2' });
    const claimed = await taken(0);
    await slots.watched(claimed, onlyWatched);
    const told: Notification = {
      ...({ key: 'calls again', kind: 'rollback_suggested', urgency: 'page', at: dayZero } as const),
      ...{ service: 'main/shop/web', deploymentId: 'd2', runId: null, title: 'again', text: '' },
    };
    const endedAcknowledgements = [{ deploymentId: 'd2', at: dayZero, event: ended, notifications: [told] }];
    await slots.commit(claimed, [], () => ({ ...emptySlot, endedAcknowledgements }));
    expect((await store().events()).some(({ type }) => type === ended.type)).toBe(false);
    expect(await store().outbox.take('one', 10, 60_000, { noneOf: [] })).toEqual([]);
  });

  it('keeps a service in its chunk, and none of another cluster beside what stands', async () => {
    const { deployments, slots } = store();
    const far = aService({ name: 'far', key: 'far/shop/far', cluster: 'far' });
    await store().services.apply(far, 'test', dayZero);
    await deployments.commit({ newDeployments: [aBaseline({ id: 'far-1', service: far.key })] });
    await deployments.commit({ deployments: [{ id: 'd2', status: 'completed', watchClosedAt: dayZero }] });
    expect(await slots.chunks()).toBe(2);
    const nearby = aService({ name: 'near' });
    await store().services.apply(nearby, 'test', dayZero);
    await deployments.commit({ newDeployments: [aDeployment({ id: 'near-1', service: nearby.key })] });
    await deployments.commit({ newDeployments: [aDeployment({ id: 'far-2', service: far.key })] });
    const idsOf = async (chunk: number) => {
      const claimed = await slots.claim(slot(0), chunk, 'one', 15_000);
      return claimed && (await slots.watched(claimed, onlyWatched)).map(({ deployment }) => deployment.id);
    };
    expect(await idsOf(0)).toEqual(['near-1']);
    expect(await idsOf(1)).toEqual(['far-2']);
    expect(await slots.chunks()).toBe(2);
  });

  it('judges the deployments of each cluster apart from those of others', async () => {
    const far = aService({ name: 'far', key: 'far/shop/far', cluster: 'far' });
    await store().services.apply(far, 'test', dayZero);
    await store().deployments.commit({ newDeployments: [aDeployment({ id: 'far-1', service: far.key })] });
    expect(await store().slots.chunks()).toBe(2);
    const idsOf = async (chunk: number) => {
      const claimed = await store().slots.claim(slot(0), chunk, 'one', 15_000);
      return (
        claimed && (await store().slots.watched(claimed, onlyWatched)).map(({ deployment }) => deployment.id)
      );
    };
    expect(await idsOf(0)).toEqual(['d2']);
    expect(await idsOf(1)).toEqual(['far-1']);
  });

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

  it('writes nothing of a slot that was judged from states that are not the newest', async () => {
    const slow = await taken(0, 'slow');
    await store().slots.watched(slow, onlyWatched);
    const quick = await taken(1, 'quick');
    await store().slots.watched(quick, onlyWatched);
    await store().slots.commit(quick, [], () => emptySlot);
    const before = (await store().events()).length;
    const late = await store().slots.commit(slow, [], () => ({ ...emptySlot, events: [event()] }));
    expect(late).toEqual({ lostRuns: [], isDiscarded: true });
    expect((await store().events()).length).toBe(before);
  });

  it('inserts no second active run, and says nothing of one that lost', async () => {
    await queued(store());
    const claimed = await taken(0);
    await store().slots.watched(claimed, onlyWatched);
    const lost = aRun({ id: 'r2', requester: { kind: 'automatic', trigger: 't', decisionId: 'x' } });
    const { lostRuns } = await store().slots.commit(claimed, [key], () => ({
      ...emptySlot,
      tripped: [key],
      newRuns: [lost],
      events: [event({ runId: 'r2' })],
    }));
    expect(lostRuns).toEqual(['r2']);
    expect((await store().events()).some(({ runId }) => runId === 'r2')).toBe(false);
  });

  it('tells a decision what other chunks wanted in this slot and what was queued in the hour', async () => {
    const claimed = await taken(0);
    await store().slots.watched(claimed, onlyWatched);
    const seen: unknown[] = [];
    const run = aRun({ requester: { kind: 'automatic', trigger: 't', decisionId: 'x' } });
    await store().slots.commit(claimed, [key], (fleet) => {
      seen.push(fleet);
      return { ...emptySlot, tripped: [key], newRuns: [run] };
    });
    const other = await store().slots.claim(slot(0), 1, 'two', 15_000);
    if (!other) throw new Error('the other chunk is free');
    await store().slots.watched(other, onlyWatched);
    await store().slots.commit(other, ['main/shop/other'], (fleet) => {
      seen.push(fleet);
      return emptySlot;
    });
    expect(seen).toEqual([
      { automaticInLastHour: 0, trippedInSlot: 0, counted: [], trippedServices: [] },
      {
        ...{ automaticInLastHour: 1, trippedInSlot: 1, trippedServices: ['main/shop/web'] },
        counted: [{ runId: 'r1', service: 'main/shop/web', at: expect.any(Number) }],
      },
    ]);
  });
}
