import { aDeployment, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { expect, it } from 'vitest';

it('does not return by itself to what a return has failed on: the next bad release is suggested, with the reason', async () => {
  const engine = createTestEngine();
  await engine.begin();
  engine.answers(0.2);
  await engine.tick(9);
  await engine.work();
  expect(engine.runs()[0]?.run).toMatchObject({ targetDeploymentId: 'd1', verdict: 'failed' });

  await engine.time.pass(60 * minute);
  engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v4') });
  await engine.commit({
    newDeployments: [aDeployment({ id: 'd4', version: 'v4', startedAt: engine.time.now() })],
  });
  await engine.tick(12);

  expect(engine.runs()).toHaveLength(1);
  expect(engine.store.world.decisions.at(-1)).toMatchObject({
    ...{ deploymentId: 'd4', verdict: 'suggest', wanted: 'roll_back' },
    restraints: [
      expect.stringMatching(/^v1 \(release 1\) was returned to as release \d+ and its verification failed$/),
    ],
  });
});
