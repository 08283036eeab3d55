import { type Commit, rollbackDeploymentId } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { aDeployment, aStep, dayZero, minute } from '../../scenario/builders.ts';
import { claimed, event, key, leaseMs, queued, type StoreUnderTest } from './store-under-test.ts';

/** Who may carry a run, and what its holder writes. */
export function describeLeases(store: () => StoreUnderTest): void {
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
    const planned = { ...aStep().planned, title: 'another step' };
    await store().runs.commit(lease, { steps: [{ ordinal: 1, status: 'pending', planned }] });
    await store().runs.commit(lease, { releaseUntil: 0 });
    const again = await claimed(store(), 'two');
    expect(again.takenOverFrom).toBeNull();
    expect(again.run.status).toBe('running');
    expect(again.steps).toEqual([
      aStep({ status: 'applied', attempts: 2, startedAt: dayZero, note: 'set' }),
      aStep({ ordinal: 1, planned }),
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

  it("knows whether the rollback's own deployment is written, and writes over it", async () => {
    await queued(store());
    const { lease, run, isRecorded } = await claimed(store(), 'one', 60_000);
    expect(isRecorded).toBe(false);
    const id = rollbackDeploymentId(run);
    const row = aDeployment({ id, origin: 'rollback', startedAt: dayZero + minute });
    const flag = { kind: 'flag' as const, target: { flag: 'checkout' }, before: true, after: false };
    await store().runs.commit(lease, { newDeployments: [{ ...row, changes: [flag] }], releaseUntil: 0 });
    const again = await claimed(store(), 'two', 60_000);
    expect(again.isRecorded).toBe(true);
    const changes = [{ ...flag, kind: 'traffic' as const }];
    await store().runs.commit(again.lease, { deployments: [{ id, status: 'completed', changes }] });
    expect(await store().deployments.deployment(id)).toMatchObject({
      release: 3,
      status: 'completed',
      changes,
    });
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
