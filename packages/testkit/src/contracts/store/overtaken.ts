import { neverCame, type StepOf } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import {
  aDeployment,
  aPlan,
  aRun,
  aService,
  aSnapshot,
  aStep,
  dayZero,
  imageOf,
} from '../../scenario/builders.ts';
import { give, type StoreUnderTest } from './store-under-test.ts';

const flagOff: StepOf<'set-flag'> = {
  kind: 'set-flag',
  ...{ provider: 'unleash', project: 'shop', environment: 'production', flag: 'checkout' },
  ...{ from: true, to: false },
};

/** A stopped run goes on only while nobody after it has changed what its steps speak of. */
export function describeOvertaken(store: () => StoreUnderTest): void {
  describe('a stopped run', () => {
    /** A run that stopped at its second step, the verification; the first one looked, or set a flag. */
    async function stopped(id: string, first: 'looked' | 'changed'): Promise<void> {
      const { commands, runs } = store();
      expect(await commands.queueRun(aRun({ id }))).toEqual({ kind: 'queued' });
      const claimed = await runs.claim('one', 60_000, []);
      if (claimed?.run.id !== id) throw new Error(`${id} was not due`);
      const applied = aStep({ status: 'applied', attempts: 1 });
      const planned = first === 'looked' ? applied.planned : { ...applied.planned, step: flagOff };
      const failed = aStep({ ordinal: 1, status: 'failed', attempts: 1 });
      const newSteps = [{ ...applied, planned }, failed];
      await runs.commit(claimed.lease, {
        run: { status: 'running', plan: aPlan(), startedAt: dayZero },
        newSteps,
      });
      await runs.commit(claimed.lease, { run: { status: 'stopped', finishedAt: dayZero } });
    }

    it('is not taken up again once a newer one has changed the service', async () => {
      await stopped('r1', 'changed');
      await stopped('r2', 'changed');
      const refused = {
        kind: 'refused',
        reason: expect.stringContaining('Another rollback has changed the service'),
      };
      const skipped = { ordinal: 1, reason: 'seen by eye' };
      expect(await give(store(), 'r1', { command: 'resume' })).toMatchObject(refused);
      expect(await give(store(), 'r1', { command: 'retry' })).toMatchObject(refused);
      expect(await give(store(), 'r1', { command: 'skip', ...skipped })).toMatchObject(refused);
      expect(await give(store(), 'r2', { command: 'resume' })).toEqual({ kind: 'done' });
    });

    it('is overtaken as well by an older one that was taken up again and has changed the service', async () => {
      await stopped('r1', 'changed');
      await stopped('r2', 'looked');
      const { runs } = store();
      expect(await give(store(), 'r1', { command: 'resume' })).toEqual({ kind: 'done' });
      const claimed = await runs.claim('one', 60_000, []);
      if (claimed?.run.id !== 'r1') throw new Error('r1 was not due');
      await runs.commit(claimed.lease, { run: { status: 'stopped', finishedAt: dayZero } });
      expect(await give(store(), 'r2', { command: 'resume' })).toMatchObject({ kind: 'refused' });
      expect(await give(store(), 'r1', { command: 'resume' })).toEqual({ kind: 'done' });
    });

    /** Somebody deploys `version`, with or without a word to Lastgood. */
    const deploy = (origin: 'pipeline' | 'detected', version: string) =>
      store().deployments.commit({
        newDeployments: [
          aDeployment({
            ...{ id: `d-${version}`, release: 0, origin, version },
            registeredImages: origin === 'pipeline' ? { app: imageOf(version) } : {},
            changes: [
              {
                kind: 'workload',
                target: { kind: 'Deployment', name: 'web' },
                before: aSnapshot(imageOf('v2')),
                after: origin === 'pipeline' ? null : aSnapshot(imageOf(version)),
              },
            ],
          }),
        ],
      });

    it('is not taken up again once a newer release was registered', async () => {
      await stopped('r1', 'changed');
      await deploy('pipeline', 'v3');
      const refused = {
        kind: 'refused',
        reason: expect.stringMatching(
          /^v3 \(release 3\) was registered since .* Roll back v3 \(release 3\) instead/,
        ),
      };
      expect(await give(store(), 'r1', { command: 'resume' })).toMatchObject(refused);
      expect(await give(store(), 'r1', { command: 'retry' })).toMatchObject(refused);
      const skipped = { ordinal: 1, reason: 'seen by eye' };
      expect(await give(store(), 'r1', { command: 'skip', ...skipped })).toMatchObject(refused);
    });

    it('is not taken up again once another one serves that nobody registered', async () => {
      await stopped('r1', 'changed');
      await deploy('detected', 'v3');
      const reason = expect.stringMatching(/^v3 \(release 3\) was deployed since /);
      expect(await give(store(), 'r1', { command: 'resume' })).toMatchObject({ kind: 'refused', reason });
    });

    it('is taken up again once what was registered since is known never to come', async () => {
      await stopped('r1', 'changed');
      await deploy('pipeline', 'v3');
      await deploy('pipeline', 'v4');
      const failing = async (id: string) => {
        const found = await store().deployments.deployment(id);
        const never = found && neverCame(found, aService(), dayZero);
        const failed = { id, status: 'failed', watchClosedAt: dayZero, proof: 'unproven' } as const;
        await store().deployments.commit({ deployments: [failed], ...(never && { neverCame: [never] }) });
      };
      await failing('d-v4');
      const reason = expect.stringMatching(/^v3 \(release 3\) was registered since /);
      expect(await give(store(), 'r1', { command: 'resume' })).toMatchObject({ kind: 'refused', reason });
      await failing('d-v3');
      expect(await give(store(), 'r1', { command: 'resume' })).toEqual({ kind: 'done' });
    });

    it('is not where that failed unseen, so that it may have come', async () => {
      await stopped('r1', 'changed');
      await deploy('pipeline', 'v3');
      await store().deployments.commit({
        deployments: [{ id: 'd-v3', status: 'failed', watchClosedAt: dayZero, proof: 'unproven' }],
      });
      expect(await give(store(), 'r1', { command: 'resume' })).toMatchObject({ kind: 'refused' });
    });

    it('is taken up again when somebody has brought its very target back by hand', async () => {
      await stopped('r1', 'changed');
      await deploy('detected', 'v3');
      expect(await give(store(), 'r1', { command: 'resume' })).toMatchObject({ kind: 'refused' });
      await deploy('detected', 'v1');
      expect(await give(store(), 'r1', { command: 'resume' })).toEqual({ kind: 'done' });
    });

    it('is taken up again when a newer one only looked', async () => {
      await stopped('r1', 'changed');
      await stopped('r2', 'looked');
      expect(await give(store(), 'r1', { command: 'resume' })).toEqual({ kind: 'done' });
    });
  });
}
