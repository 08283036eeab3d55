import { imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { beginEach, deploy, engine, follow, registered, report } from './deployments-harness.ts';

beginEach();

const over = () => engine.notifications().filter(({ kind }) => kind === 'incident_over');

describe('whoever was called for a release', () => {
  let sick: string;
  beforeEach(async () => {
    await follow();
    const { deployment } = await registered();
    sick = deployment.id;
    deploy('v2');
    await report(sick, 'completed');
    await engine.commit({
      notifications: [
        {
          ...{ key: 'page', kind: 'rollback_suggested', urgency: 'page', at: engine.time.now(), runId: null },
          ...{
            service: 'main/shop/web',
            deploymentId: sick,
            title: 'a rollback of v2 is suggested',
            text: '',
          },
        },
      ],
    });
    await engine.time.pass(minute);
  });
  const next = (version: string) =>
    registered({ version, images: { app: imageOf(version) } }).then(({ deployment }) => deployment.id);

  it('is not told that it is over by a newer one that is registered only, nor as that one fails', async () => {
    const id = await next('v3');
    await follow();
    expect(engine.deployment(sick)).toMatchObject({ supersededBy: id });
    await report(id, 'failed');
    await engine.time.pass(30 * minute);
    await follow();
    expect(over()).toEqual([]);
  });

  it('is not told so while the newer one rolls out, and is once it is seen to serve', async () => {
    await next('v3');
    const id = await next('v4');
    engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v4') }, { hold: true });
    await report(id, 'completed');
    await engine.time.pass(minute);
    await follow();
    expect(over()).toEqual([]);
    engine.rollout.cluster.settle(webWorkload);
    await follow();
    expect(over()).toMatchObject([
      {
        ...{ deploymentId: sick, urgency: 'info' },
        title: 'web: v4 (release 4) has replaced v2 (release 2)',
        text: 'v4 (release 4) was seen to serve. Nobody has to do anything about v2 (release 2) any more: what fires now calls for the newer one.',
      },
    ]);
  });

  it('is told so by a change that nobody registered, once it serves', async () => {
    deploy('v3');
    await follow();
    await follow();
    expect(over()).toMatchObject([{ deploymentId: sick }]);
  });
});
