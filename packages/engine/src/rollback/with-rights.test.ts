import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { describe, expect, it } from 'vitest';
import { openRun } from './run-harness.ts';

const patch = {
  may: 'patch deployments in namespace shop',
  rule: '{ verbs: ["patch"] }',
  purpose: 'rolling-back',
} as const;

describe('a right that is missing', () => {
  it('stops a run before its first step, in words', async () => {
    const engine = await openRun();
    engine.rollout.withhold(patch);
    await engine.work();
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      stop: { reason: expect.stringContaining('Lastgood may not patch deployments in namespace shop') },
    });
    expect(engine.rollout.effects()).toEqual([]);
  });

  it('stops nothing where nobody can ask for it', async () => {
    const engine = await openRun();
    engine.rollout.missingRights = async () => ({ kind: 'unreachable', reason: 'timed out' });
    await engine.work();
    expect(engine.run('r1').run.status).toBe('done');
  });

  it('is told by the fake as by a real cluster', async () => {
    const rollout = createInMemoryRollout({ now: () => 0 });
    const nowhere = { cluster: 'moon', namespace: 'shop', kind: 'Deployment', name: 'web' } as const;
    expect((await rollout.missingRights(nowhere, new AbortController().signal)).kind).toBe('unreachable');
  });
});
