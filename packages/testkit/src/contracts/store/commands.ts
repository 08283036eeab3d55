import { expect, it } from 'vitest';
import { aRun, aStep, dayZero } from '../../scenario/builders.ts';
import { claimed, give, leaseMs, queued, type StoreUnderTest } from './store-under-test.ts';

/** What a person tells a run that nobody works on. */
export function describeCommands(store: () => StoreUnderTest): void {
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
    expect((await give(store(), 'r1', { command: 'undo' })).kind).toBe('done');
    expect((await give(store(), 'r1', { command: 'undo' })).kind).toBe('done');
    await queued(store(), { id: 'r2' });
    expect((await give(store(), 'r2', { command: 'undo' })).kind).toBe('refused');
    expect((await give(store(), 'ghost', { command: 'undo' })).kind).toBe('not-found');
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
    expect((await give(store(), 'r1', { command: 'resume' })).kind).toBe('done');
    expect((await give(store(), 'r1', { command: 'resume' })).kind).toBe('refused');
    const again = await claimed(store(), 'two', 60_000);
    expect(again.run).toMatchObject({ status: 'queued', verdict: null, stop: null, finishedAt: null });
    expect(again.steps).toMatchObject([applied, aStep({ ordinal: 1, attempts: 3 })]);
    expect(await store().runs.commit(first.lease, { run: { status: 'done' } })).toBe(false);
  });

  it('writes a better reason, says so once, and leaves who works on the run alone', async () => {
    await queued(store());
    const { lease } = await claimed(store(), 'one', 60_000);
    const edit = { command: 'edit', reason: 'the disk was full' } as const;
    expect(await give(store(), 'r1', edit)).toEqual({ kind: 'done' });
    expect(await give(store(), 'r1', edit)).toEqual({ kind: 'done' });
    expect(await give(store(), 'ghost', edit)).toEqual({ kind: 'not-found' });
    expect((await store().events()).filter(({ type }) => type === 'rollback.reason-edited')).toMatchObject([
      { runId: 'r1', deploymentId: 'd2' },
    ]);
    expect(await store().runs.commit(lease, { releaseUntil: dayZero })).toBe(true);
    await store().pass(5);
    expect((await claimed(store(), 'two')).run.reason).toBe('the disk was full');
  });
}
