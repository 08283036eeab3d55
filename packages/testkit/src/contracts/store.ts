import { type Commit, initialTriggerState, type NewEvent, type Run, type SlotCommit } from '@lastgood/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aBaseline,
  aDeployment,
  aPlan,
  aRun,
  aService,
  aStep,
  dayZero,
  minute,
  webWorkload,
} from '../scenario/builders.ts';
import { describeMembers } from './store-members.ts';
import { describeOvertaken } from './store-overtaken.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const key = 'main/shop/web';
const leaseMs = 1_000;

/** What the PostgreSQL store and its twin in memory both promise the engine. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store contract`, () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await open();
      await store.services.apply(aService(), 'test', dayZero);
      await store.deployments.commit({ newDeployments: [aBaseline()] });
      await store.deployments.commit({ newDeployments: [aDeployment()] });
    });
    afterEach(() => store.close());

    describeDeployments(() => store);
    describeLeases(() => store);
    describeSlots(() => store);
    describeCommands(() => store);
    describeStops(() => store);
    describeOutbox(() => store);
    describeMembers(() => store);
    describeOvertaken(() => store);
  });
}

function event(over: Partial<NewEvent> = {}): NewEvent {
  const about = { service: key, deploymentId: 'd2', runId: null };
  return { type: 'rollback.queued', at: dayZero, ...about, text: '', data: {}, ...over };
}

async function queued(store: StoreUnderTest, over: Partial<Run> = {}): Promise<void> {
  expect((await store.commands.queueRun(aRun(over))).kind).toBe('queued');
}

async function claimed(store: StoreUnderTest, replica = 'one', lease = leaseMs) {
  const claim = await store.runs.claim(replica, lease, []);
  if (!claim) throw new Error('nothing is due');
  return claim;
}

function describeDeployments(store: () => StoreUnderTest): void {
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

  it('writes all of a commit or nothing', async () => {
    const { deployments, events } = store();
    const before = (await events()).length;
    const bad = aDeployment({ id: 'dx', service: 'main/shop/ghost' });
    await expect(deployments.commit({ newDeployments: [bad], events: [event()] })).rejects.toThrow();
    expect((await events()).length).toBe(before);
  });
}

function describeLeases(store: () => StoreUnderTest): void {
  it('hands a due run to one replica, with all it needs', async () => {
    await queued(store());
    const claims = await Promise.all(['a', 'b', 'c'].map((who) => store().runs.claim(who, leaseMs, [])));
    expect(claims.filter((claim) => claim !== null)).toMatchObject([
      {
        run: { id: 'r1' },
        steps: [],
        checks: [],
        service: { key },
        deployment: { id: 'd2' },
        target: { id: 'd1' },
        takenOverFrom: null,
      },
    ]);
  });

  it('hands it on when the lease has run out, and refuses everything from then on to who had it', async () => {
    await queued(store());
    const first = await claimed(store());
    expect(await store().runs.claim('two', leaseMs, [])).toBeNull();
    await store().pass(leaseMs + 50);
    expect(await store().runs.claim('one', leaseMs, ['r1'])).toBeNull();
    const second = await claimed(store(), 'two', 60_000);
    expect(second.takenOverFrom).toBe('one');
    expect(second.lease.epoch).toBeGreaterThan(first.lease.epoch);
    const stale: Commit = {
      events: [event({ type: 'rollback.stopped', runId: 'r1' })],
      deployments: [{ id: 'd2', version: 'stale' }],
    };
    expect(await store().runs.commit(first.lease, { ...stale, run: { status: 'running' } })).toBe(false);
    expect(await store().runs.renew(first.lease)).toBe(false);
    expect((await store().events()).some(({ type }) => type === 'rollback.stopped')).toBe(false);
    expect(await store().deployments.deployment('d2')).toMatchObject({ version: 'v2' });
  });

  it('stays with who renews', async () => {
    await queued(store());
    const { lease } = await claimed(store());
    for (let n = 0; n < 6; n += 1) {
      await store().pass(leaseMs / 5);
      expect(await store().runs.renew(lease)).toBe(true);
    }
    expect(await store().runs.claim('two', leaseMs, [])).toBeNull();
    await store().pass(leaseMs + 50);
    expect(await store().runs.renew(lease)).toBe(false);
  });

  it('keeps steps, attempts and checks, and follows patches', async () => {
    await queued(store());
    const { lease } = await claimed(store(), 'one', 60_000);
    const steps = [aStep(), aStep({ ordinal: 1 })];
    expect(await store().runs.commit(lease, { run: { status: 'running' }, newSteps: steps })).toBe(true);
    const started = { ordinal: 0, status: 'started' as const, startedAt: dayZero, attempt: true };
    await store().runs.commit(lease, { steps: [started] });
    await store().runs.commit(lease, { steps: [{ ...started, status: 'applied', note: 'set' }] });
    await store().runs.commit(lease, { releaseUntil: 0 });
    const again = await claimed(store(), 'two');
    expect(again.takenOverFrom).toBeNull();
    expect(again.run.status).toBe('running');
    expect(again.steps).toEqual([
      aStep({ status: 'applied', attempts: 2, startedAt: dayZero, note: 'set' }),
      aStep({ ordinal: 1 }),
    ]);
  });

  it('is not due before it is released, nor after it has ended', async () => {
    await queued(store());
    const { lease } = await claimed(store(), 'one', 60_000);
    await store().runs.commit(lease, { run: { status: 'done', finishedAt: dayZero } });
    await store().pass(50);
    expect(await store().runs.claim('two', leaseMs, [])).toBeNull();
    expect((await store().deployments.followed([key]))[0]?.activeRunId).toBeNull();
  });

  it('places a hold once', async () => {
    await queued(store());
    const { lease } = await claimed(store(), 'one', 60_000);
    const hold = {
      id: 'h1',
      service: key,
      deploymentId: 'd2',
      runId: 'r1',
      templateDigest: 'sha256:t',
      imageDigests: ['sha256:i'],
      images: ['web:v2'],
      reason: 'bad',
      placedAt: dayZero,
      releasedAt: null,
      releasedBy: null,
    };
    await store().runs.commit(lease, { holds: [hold] });
    await store().runs.commit(lease, { holds: [{ ...hold, reason: 'again' }] });
    expect((await store().deployments.followed([key]))[0]?.holds).toEqual([hold]);
  });
}

const emptySlot: SlotCommit = { states: [], readings: [], asks: [], tripped: [], lateMs: 0 };

function describeSlots(store: () => StoreUnderTest): void {
  const slot = (n: number) => dayZero + n * 15_000;
  const claim = (n: number, replica = 'one') => store().slots.claim(slot(n), 0, replica, 15_000);
  const taken = async (n: number, replica = 'one') => {
    const claimed = await claim(n, replica);
    if (!claimed) throw new Error('the slot is taken');
    return claimed;
  };

  it('claims a slot once, and never an older one', async () => {
    const claims = await Promise.all(['a', 'b', 'c'].map((replica) => claim(4, replica)));
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
    expect(await claim(3)).toBeNull();
    expect(await claim(5)).not.toBeNull();
  });

  it('gives every watched deployment with its triggers, states and surroundings', async () => {
    const first = await taken(0);
    const [watched] = await store().slots.watched(first);
    expect(watched).toMatchObject({
      deployment: { id: 'd2' },
      service: { key },
      triggers: [{ trigger: { name: 'high_error_rate' }, state: null }],
      lastAttemptAt: null,
      activeRunId: null,
      lastKnownGood: { id: 'd1' },
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
      slotsAsked: 0,
      slotsAnswered: 0,
      everFired: false,
    };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state }];
    await store().slots.commit(first, false, () => ({ ...emptySlot, states }));
    await queued(store());
    const [next] = await store().slots.watched(await taken(1, 'two'));
    expect(next?.triggers[0]?.state).toEqual(state);
    expect(next).toMatchObject({ activeRunId: 'r1', lastAttemptAt: dayZero });
  });

  it('tells what of its dependencies breaches', async () => {
    const api = aService({ name: 'api', dependencies: [key] });
    await store().services.apply(api, 'test', dayZero);
    await store().deployments.commit({ newDeployments: [aDeployment({ id: 'api-1', service: api.key })] });
    const first = await taken(0);
    const seen = (await store().slots.watched(first)).map((one) => one.breachingDependencies);
    expect(seen).toEqual([[], []]);
    const state = {
      ...initialTriggerState,
      phase: 'pending' as const,
      since: slot(0),
      lastSlot: slot(0),
      lastBreachSlot: slot(0),
    };
    const states = [{ deploymentId: 'd2', trigger: 'high_error_rate', state }];
    await store().slots.commit(first, false, () => ({ ...emptySlot, states }));
    const next = await store().slots.watched(await taken(1));
    const of = (id: string) => next.find((one) => one.deployment.id === id)?.breachingDependencies;
    expect(of('d2')).toEqual([]);
    expect(of('api-1')).toEqual([
      {
        service: key,
        release: 2,
        trigger: 'high_error_rate',
        startedAt: dayZero,
        watchClosedAt: null,
      },
    ]);
  });

  it('writes nothing of a slot that was judged from states that are not the newest', async () => {
    const slow = await taken(0, 'slow');
    await store().slots.watched(slow);
    const quick = await taken(1, 'quick');
    await store().slots.watched(quick);
    await store().slots.commit(quick, false, () => emptySlot);
    const before = (await store().events()).length;
    await store().slots.commit(slow, false, () => ({ ...emptySlot, events: [event()] }));
    expect((await store().events()).length).toBe(before);
  });

  it('inserts no second active run, and says nothing of one that lost', async () => {
    await queued(store());
    const claimed = await taken(0);
    await store().slots.watched(claimed);
    const lost = aRun({ id: 'r2', requester: { kind: 'automatic', trigger: 't', decisionId: 'x' } });
    const { lostRuns } = await store().slots.commit(claimed, true, () => ({
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
    await store().slots.watched(claimed);
    const seen: unknown[] = [];
    const run = aRun({ requester: { kind: 'automatic', trigger: 't', decisionId: 'x' } });
    await store().slots.commit(claimed, true, (fleet) => {
      seen.push(fleet);
      return { ...emptySlot, tripped: [key], newRuns: [run] };
    });
    const other = await store().slots.claim(slot(0), 1, 'two', 15_000);
    if (!other) throw new Error('the other chunk is free');
    await store().slots.watched(other);
    await store().slots.commit(other, true, (fleet) => {
      seen.push(fleet);
      return emptySlot;
    });
    expect(seen).toEqual([
      { automaticInLastHour: 0, trippedInSlot: 0 },
      { automaticInLastHour: 1, trippedInSlot: 1 },
    ]);
  });
}

function describeCommands(store: () => StoreUnderTest): void {
  it('queues one run per service: the same again is the same, another gets the one that is active', async () => {
    const all = ['r1', 'r2', 'r3', 'r4'].map((id) => store().commands.queueRun(aRun({ id })));
    const results = await Promise.all(all);
    expect(results.filter(({ kind }) => kind === 'queued')).toHaveLength(1);
    const active = results.find((result) => result.kind === 'active');
    if (active?.kind !== 'active') throw new Error('three of four lost');
    expect((await store().commands.queueRun(active.run)).kind).toBe('queued');
    expect((await store().events()).filter(({ type }) => type === 'rollback.queued')).toMatchObject([
      { runId: active.run.id, deploymentId: 'd2' },
    ]);
  });

  it('undoes a run before its instant, not after it', async () => {
    await queued(store(), { startsAt: dayZero + 60_000 });
    expect(await store().runs.claim('one', leaseMs, [])).toBeNull();
    expect((await store().commands.undoRun('r1', 'ada', dayZero)).kind).toBe('done');
    expect((await store().commands.undoRun('r1', 'ada', dayZero)).kind).toBe('done');
    await queued(store(), { id: 'r2' });
    expect((await store().commands.undoRun('r2', 'ada', dayZero)).kind).toBe('refused');
    expect((await store().commands.undoRun('ghost', 'ada', dayZero)).kind).toBe('not-found');
  });

  it('resumes a stopped run from its step, with fresh limits and checks, fenced off from who had it', async () => {
    await queued(store());
    const first = await claimed(store(), 'one', 60_000);
    const failed = aStep({
      ordinal: 1,
      status: 'failed',
      attempts: 3,
      startedAt: dayZero,
      finishedAt: dayZero,
    });
    const applied = aStep({ status: 'applied', startedAt: dayZero, finishedAt: dayZero });
    await store().runs.commit(first.lease, {
      run: { status: 'stopped', verdict: 'failed', finishedAt: dayZero },
      newSteps: [applied, failed],
    });
    expect((await store().commands.resumeRun('r1', 'ada', dayZero)).kind).toBe('done');
    expect((await store().commands.resumeRun('r1', 'ada', dayZero)).kind).toBe('refused');
    const again = await claimed(store(), 'two', 60_000);
    expect(again.run).toMatchObject({ status: 'queued', verdict: null, stop: null, finishedAt: null });
    expect(again.steps).toEqual([applied, aStep({ ordinal: 1, attempts: 3 })]);
    expect(await store().runs.commit(first.lease, { run: { status: 'done' } })).toBe(false);
  });
}

function describeStops(store: () => StoreUnderTest): void {
  const setting = () => {
    const base = aStep({ ordinal: 0 });
    const target = {
      workload: { ...webWorkload },
      uid: 'u',
      fromDigest: 'a',
      template: {},
      templateDigest: 'b',
    };
    const step = { kind: 'set-template' as const, ...target, imageDigests: {} };
    return { ...base, planned: { ...base.planned, step } };
  };
  const begun = async () => {
    await queued(store());
    const holder = await claimed(store(), 'one', 60_000);
    const verifying = aStep({ ordinal: 1 });
    const run = { status: 'running', plan: aPlan() } as const;
    await store().runs.commit(holder.lease, { run, newSteps: [setting(), verifying] });
    return holder;
  };
  const stop = (reason: string | null = null) => store().commands.stopRun('r1', reason, 'ada', dayZero);
  const started = { steps: [{ ordinal: 0, status: 'started', startedAt: dayZero, attempt: true }] } as const;
  const asMutable = () => ({ steps: started.steps.map((step) => ({ ...step })) });

  it('lets a holder who does not know of a stop begin no step: the next to claim it knows', async () => {
    const holder = await begun();
    expect(await stop('not now')).toEqual({ kind: 'done' });
    expect(await stop('again')).toEqual({ kind: 'done' });
    expect(await store().runs.commit(holder.lease, asMutable())).toBe(false);
    expect(await store().runs.renew(holder.lease)).toBe(false);
    await store().pass(5);
    const next = await claimed(store(), 'two', 60_000);
    expect(next.run.stopAsked).toEqual({ by: 'ada', at: dayZero, reason: 'not now' });
    expect(next.steps[0]).toMatchObject({ status: 'pending', attempts: 0 });
    expect(next.takenOverFrom).toBeNull();
    expect(await store().runs.commit(next.lease, { run: { status: 'cancelled', finishedAt: dayZero } })).toBe(
      true,
    );
    expect((await store().events()).filter(({ type }) => type === 'rollback.stop-asked')).toHaveLength(1);
    expect((await stop()).kind).toBe('done');
  });

  it('lets a holder in the middle of a step write how it ended, and no more', async () => {
    const holder = await begun();
    await store().runs.commit(holder.lease, asMutable());
    await stop();
    expect(
      await store().runs.commit(holder.lease, {
        steps: [{ ordinal: 0, status: 'applied', finishedAt: dayZero }],
      }),
    ).toBe(true);
    expect(
      await store().runs.commit(holder.lease, { steps: [{ ordinal: 1, status: 'started', attempt: true }] }),
    ).toBe(false);
    await store().pass(5);
    const next = await claimed(store(), 'two', 60_000);
    expect(next.steps.map(({ status }) => status)).toEqual(['applied', 'pending']);
    // Who knows may finish what is in the air.
    expect(
      await store().runs.commit(next.lease, { steps: [{ ordinal: 1, status: 'started', attempt: true }] }),
    ).toBe(true);
  });

  it('wakes a run that waits, and forgets the wish when it is resumed', async () => {
    const holder = await begun();
    await store().runs.commit(holder.lease, { releaseUntil: dayZero + 1e12 });
    expect(await store().runs.claim('two', leaseMs, [])).toBeNull();
    await stop();
    await store().pass(5);
    const next = await claimed(store(), 'two', 60_000);
    await store().runs.commit(next.lease, { run: { status: 'stopped', finishedAt: dayZero } });
    expect((await store().commands.retryRun('r1', 'ada', dayZero)).kind).toBe('refused');
    expect((await store().commands.resumeRun('r1', 'ada', dayZero)).kind).toBe('done');
    await store().pass(5);
    const again = await claimed(store(), 'two', 60_000);
    expect(again.run.stopAsked).toBeNull();
    expect(await store().runs.commit(again.lease, asMutable())).toBe(true);
  });

  it('leaves out the step in hand and no other, and fences off who was at it', async () => {
    const holder = await begun();
    const skip = (ordinal: number) =>
      store().commands.skipStep('r1', { ordinal, reason: 'seen by eye' }, 'ada', dayZero);
    expect((await skip(0)).kind).toBe('refused');
    await store().runs.commit(holder.lease, { steps: [{ ordinal: 0, status: 'applied' }] });
    expect((await skip(1)).kind).toBe('refused');
    await store().runs.commit(holder.lease, { steps: [{ ordinal: 1, status: 'started', attempt: true }] });
    expect((await skip(0)).kind).toBe('refused');
    expect(await skip(1)).toEqual({ kind: 'done' });
    expect(await store().runs.commit(holder.lease, { steps: [{ ordinal: 1, status: 'applied' }] })).toBe(
      false,
    );
    await store().pass(5);
    const next = await claimed(store(), 'two', 60_000);
    expect(next.steps[1]).toMatchObject({ status: 'skipped', note: 'left out by ada: seen by eye' });
    await store().runs.commit(next.lease, { run: { status: 'stopped', finishedAt: dayZero } });
    expect((await store().commands.resumeRun('r1', 'ada', dayZero)).kind).toBe('done');
    await store().pass(5);
    const again = await claimed(store(), 'two', 60_000);
    expect(again.steps.map(({ status }) => status)).toEqual(['applied', 'pending']);
  });
}

function describeOutbox(store: () => StoreUnderTest): void {
  const notification = {
    key: 'run/r1/rollback_failed/1',
    kind: 'rollback_failed' as const,
    urgency: 'page' as const,
    at: dayZero,
    service: key,
    deploymentId: 'd2',
    runId: 'r1',
    title: 'web',
    text: 'It stopped.',
  };

  it('keeps one row for each notifier and key, leased to one sender', async () => {
    const { deployments, outbox } = store();
    await deployments.commit({ notifications: [notification] });
    await deployments.commit({ notifications: [notification] });
    const [one, two] = await Promise.all([outbox.take('one', 10, leaseMs), outbox.take('two', 10, leaseMs)]);
    const items = [...one, ...two];
    expect(items.map((item) => item.notifier).sort()).toEqual(['chat', 'hook']);
    expect(items[0]).toMatchObject({ notification, attempts: 1 });
    await Promise.all(items.map((item) => outbox.delivered(item.id)));
    await store().pass(leaseMs + 50);
    expect(await outbox.take('one', 10, leaseMs)).toEqual([]);
  });

  it('hands a dead sender’s item on, waits where it is told to, and gives up where it is told to', async () => {
    const { deployments, outbox } = store();
    await deployments.commit({ notifications: [notification] });
    await outbox.take('one', 10, leaseMs);
    expect(await outbox.take('two', 10, leaseMs)).toEqual([]);
    await store().pass(leaseMs + 50);
    const [first, second] = await outbox.take('two', 10, 60_000);
    if (!first || !second) throw new Error('both are due');
    expect(first.attempts).toBe(2);
    await outbox.failed(first.id, 'refused', null);
    await outbox.failed(second.id, 'later', 0);
    expect(await outbox.take('one', 10, leaseMs)).toMatchObject([{ id: second.id, attempts: 3 }]);
  });
}
