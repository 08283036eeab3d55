import type { AppliedState, Deployment } from '@lastgood/domain';
import { aBaseline, aRun, aSnapshot, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

let engine: TestEngine;
beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin();
  engine.rollout.cluster.at(webWorkload).appliers = [{ manager: 'ci', fields: { image: 'v2' } }];
});

/** What ci owned when release 1 was recorded. */
const recorded: AppliedState = { managers: [{ manager: 'ci', fields: { image: 'v1' } }], lastApplied: null };

async function rollBack(applied: AppliedState | undefined) {
  const after = aSnapshot(imageOf('v1'), { applied });
  const changes = (row: Deployment) =>
    row.changes.map((change) => (change.kind === 'workload' ? { ...change, after } : change));
  await engine.commit({
    deployments: [{ id: 'd1', changes: changes(aBaseline()) }],
    newRuns: [aRun()],
  });
  await engine.work();
  return engine.run('r1');
}
const kinds = (row: Awaited<ReturnType<typeof rollBack>>) =>
  [...row.steps.values()].map(({ planned, status }) => [planned.step.kind, status]);

describe('a run on a workload that a pipeline applies server-side', () => {
  it('gives the ownership back right after the template', async () => {
    const row = await rollBack(recorded);
    expect(kinds(row)).toEqual([
      ['rehearse-template', 'applied'],
      ['set-template', 'applied'],
      ['give-back-ownership', 'applied'],
      ['wait-until-stable', 'applied'],
      ['verify', 'applied'],
    ]);
    const { appliers, isOurs } = engine.rollout.cluster.at(webWorkload);
    expect([appliers, isOurs]).toEqual([recorded.managers, false]);
    expect(engine.deployment('r1-rollback').changes[0]).toMatchObject({ after: { applied: recorded } });
  });

  it('goes on without it when it cannot be given back, and says so', async () => {
    engine.rollout.failNext('giveBackOwnership', {
      kind: 'unreachable',
      reason: 'not allowed',
      forGood: true,
    });
    const row = await rollBack(recorded);
    expect(kinds(row)[2]).toEqual(['give-back-ownership', 'skipped']);
    expect(row.run.status).toBe('done');
    expect(engine.events('rollback.step-failed')).toMatchObject([
      { text: expect.stringContaining('not allowed') },
    ]);
  });

  it('does without where nothing was recorded, and warns before the click', async () => {
    const row = await rollBack(undefined);
    expect(kinds(row).map(([kind]) => kind)).not.toContain('give-back-ownership');
    expect(row.run.plan?.warnings.join(' ')).toContain('its next apply conflicts with Lastgood');
  });
});
