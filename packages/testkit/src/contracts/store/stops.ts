import { expect, it } from 'vitest';
import { aPlan, aStep, dayZero, webWorkload } from '../../scenario/builders.ts';
import { claimed, give, leaseMs, queued, type StoreUnderTest } from './store-under-test.ts';

/** What a person tells a run that somebody works on. */
export function describeStops(store: () => StoreUnderTest): void {
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
  const stop = (reason: string | null = null) => give(store(), 'r1', { command: 'stop', reason: reason });
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

  it('keeps how long Lastgood was away, of the run and of its step, and how long the run was stopped', async () => {
    const holder = await begun();
    const away = {
      run: { awayMs: 75_000.5 },
      steps: [{ ordinal: 0, status: 'started', awayMs: 75_000.5 }],
    } as const;
    await store().runs.commit(holder.lease, { ...away, steps: away.steps.map((step) => ({ ...step })) });
    await store().runs.commit(holder.lease, { run: { status: 'stopped', finishedAt: dayZero - 60_000 } });
    expect((await give(store(), 'r1', { command: 'resume' })).kind).toBe('done');
    await store().pass(5);
    const next = await claimed(store(), 'two', 60_000);
    expect(next.run).toMatchObject({ awayMs: 75_000.5, pausedMs: 60_000 });
    expect(next.steps[0]?.awayMs ?? 0).toBe(0);
  });

  it('wakes a run that waits, and forgets the wish when it is resumed', async () => {
    const holder = await begun();
    await store().runs.commit(holder.lease, { releaseUntil: dayZero + 1e12 });
    expect(await store().runs.claim('two', leaseMs, [])).toBeNull();
    await stop();
    await store().pass(5);
    const next = await claimed(store(), 'two', 60_000);
    await store().runs.commit(next.lease, { run: { status: 'stopped', finishedAt: dayZero } });
    expect((await give(store(), 'r1', { command: 'retry' })).kind).toBe('refused');
    expect((await give(store(), 'r1', { command: 'resume' })).kind).toBe('done');
    await store().pass(5);
    const again = await claimed(store(), 'two', 60_000);
    expect(again.run.stopAsked).toBeNull();
    expect(await store().runs.commit(again.lease, asMutable())).toBe(true);
  });

  it('leaves out the step in progress and no other, and fences off who was at it', async () => {
    const holder = await begun();
    const skip = (ordinal: number) =>
      give(store(), 'r1', { command: 'skip', ordinal, reason: 'seen by eye' });
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
    expect((await give(store(), 'r1', { command: 'resume' })).kind).toBe('done');
    await store().pass(5);
    const again = await claimed(store(), 'two', 60_000);
    expect(again.steps.map(({ status }) => status)).toEqual(['applied', 'pending']);
  });
}
