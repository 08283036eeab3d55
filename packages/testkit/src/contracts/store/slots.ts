import { initialTriggerState, type Notification } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { aBaseline, aDeployment, aRun, aService, dayZero, onlyWatched } from '../../scenario/builders.ts';
import { claimsOf, emptySlot, slot } from './judged-slots.ts';
import { event, key, queued, type StoreUnderTest } from './store-under-test.ts';

/** Claims of slots, and what is written of them. */
export function describeSlots(store: () => StoreUnderTest): void {
  const { claim, taken } = claimsOf(store);

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
