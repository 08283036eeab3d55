import { judgeCommand } from '@lastgood/domain';
import { aDeployment, imageOf } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, it } from 'vitest';
import { openShop, workloadOf } from './shop-harness.ts';

/*
 * Rollback during rollback: while release 2 (v2) is being taken back to release 1 (v1), the pods of the target do not get ready, a
 * newer deployment (v3) arrives, the target turns out sick too, or somebody presses the way forward again.
 */
const web = workloadOf('web');
let shop: Awaited<ReturnType<typeof openShop>>;
beforeEach(async () => {
  shop = await openShop([{ name: 'web' }]);
});

const podsAreReady = (ready: boolean) => {
  shop.cluster.at(web).ready = ready ? null : 0;
};
/** Release 2 is being taken back: the template is set, and its pods are waited for. */
async function inMidst() {
  podsAreReady(false);
  expect(await shop.press('web-2')).toMatchObject({ kind: 'queued' });
  await shop.work(5_000);
  expect(runs()).toEqual(['running web-2 to web-1']);
}
async function deployV3() {
  const seen = () => shop.cluster.observe(shop.cluster.at(web), 0).snapshot;
  const before = seen();
  shop.cluster.deploy(web, { app: imageOf('v3') });
  const target = { kind: 'Deployment', name: 'web' } as const;
  const of = { id: 'web-3', service: 'main/shop/web', version: 'v3', previousDeploymentId: 'web-2' } as const;
  const changes = [{ kind: 'workload', target, before, after: seen() } as const];
  await shop.commit({ newDeployments: [aDeployment({ ...of, startedAt: shop.time.now(), changes })] });
}
const runs = () =>
  shop
    .runs()
    .map(
      ({ run: { status, deploymentId, targetDeploymentId } }) =>
        `${status} ${deploymentId} to ${targetDeploymentId}`,
    );
const stop = () => shop.runs()[0]?.run.stop;
const firstRun = () => shop.runs()[0]?.run.id ?? '';
const resumeFirst = () =>
  shop.store.commands.command(
    firstRun(),
    judgeCommand({ command: 'resume' }, { by: 'ada', at: shop.time.now() }),
  );
const status = (id: string) => shop.deployment(id).status;
/** Pages and messages besides those that a run begins with. */
const told = () =>
  shop.notifications().flatMap(({ kind, title }) => (kind === 'rolling_back' ? [] : [`${kind}: ${title}`]));

describe('a newer deployment arrives', () => {
  it('the run stops at its fence, says what is there, and leaves that alone', async () => {
    await inMidst();
    await deployV3();
    await shop.work();
    expect(runs()).toEqual(['stopped web-2 to web-1']);
    expect(stop()).toMatchObject({
      reason: 'somebody has put another version in place of the target',
      endState: expect.stringMatching(
        /^2 of 4 steps are done\. Deployment web is set to neither v2 \(release 2\) nor v1 \(release 1\): app registry\.example\/web:v3 .*\. v3 \(release \d+\) was deployed at \d\d:\d\d UTC\.$/,
      ),
      advice: 'Look at the newest deployment of this service before anything else.',
    });
    expect(shop.setTo('web')).toBe('v3');
    expect([status(`${firstRun()}-rollback`), status('web-3')]).toEqual(['failed', 'in_progress']);
    expect(told()).toEqual([expect.stringMatching(/^rollback_failed: .* stopped: somebody has put another/)]);
  });

  it('whoever wants it back, too, waits for the end of the first run: there are never two', async () => {
    await inMidst();
    await deployV3();
    expect(await shop.press('web-3')).toMatchObject({ kind: 'conflict', takesBack: { id: 'web-2' } });
    await shop.work();
    podsAreReady(true);
    expect(await shop.press('web-3')).toMatchObject({ kind: 'queued' });
    await shop.work();
    expect(runs()).toEqual(['stopped web-2 to web-1', 'done web-3 to web-1']);
    expect([shop.setTo('web'), status('web-3')]).toEqual(['v1', 'rolled_back']);
    // What stopped speaks of a world that is gone.
    expect(await resumeFirst()).toMatchObject({ kind: 'refused' });
  });
});

describe('the rollback itself fails', () => {
  it('it ends between the versions and says so; mended, it goes on to its end', async () => {
    await inMidst();
    await shop.work();
    expect(runs()).toEqual(['stopped web-2 to web-1']);
    expect(stop()?.endState).toBe(
      '2 of 4 steps are done. Deployment web is set to v1 (release 1), but not every replica serves it; pods of both versions may run.',
    );
    podsAreReady(true);
    expect((await resumeFirst()).kind).toBe('done');
    await shop.work();
    expect(runs()).toEqual(['done web-2 to web-1']);
    expect(shop.rollout.effects()).toHaveLength(1);
  });

  it('or release 2 is let in again by a run of its own, and then the first is over', async () => {
    await inMidst();
    await shop.work();
    podsAreReady(true);
    expect(await shop.press(`${firstRun()}-rollback`, undefined, 'web-2')).toMatchObject({ kind: 'queued' });
    await shop.work();
    expect(runs()).toEqual(['stopped web-2 to web-1', `done ${firstRun()}-rollback to web-2`]);
    expect(shop.setTo('web')).toBe('v2');
    expect(await resumeFirst()).toMatchObject({ kind: 'refused' });
  });
});

describe('the target breaches, too', () => {
  it('nothing more is done by itself: the run stops unproven, and what is next is only suggested', async () => {
    shop.answers(0.2);
    await shop.tick(12);
    await shop.work();
    expect(runs()).toEqual(['stopped web-2 to web-1']);
    expect(shop.runs()[0]?.run.verdict).toBe('failed');
    expect(stop()).toMatchObject({
      reason: 'Verification failed: trigger high_error_rate: expected not > 5 %, got 20 %.',
      endState: '3 of 4 steps are done. The service runs v1 (release 1); nothing proves that it works.',
      advice: expect.stringMatching(/^The target may be sick itself\. Next: nothing further back is known/),
    });
    await shop.time.pass(60_000);
    await shop.tick(12);
    await shop.work();
    expect(runs()).toEqual(['stopped web-2 to web-1']);
    expect(shop.setTo('web')).toBe('v1');
    const last = shop.store.world.decisions.at(-1);
    expect(last).toMatchObject({ deploymentId: `${firstRun()}-rollback`, verdict: 'suggest' });
    expect(last?.restraints).toContain('this deployment is itself a rollback');
    expect(told().at(-1)).toBe(
      'rollback_suggested: web: v1 again (release 3) breaches, and there is nothing to go back to',
    );
  });
});

describe('somebody presses the rollback of the rollback', () => {
  it('in its midst: it is one run that is named, and the first goes on to its end', async () => {
    await inMidst();
    expect(await shop.press(`${firstRun()}-rollback`, undefined, 'web-2')).toMatchObject({
      kind: 'conflict',
      targetDeploymentId: 'web-1',
    });
    podsAreReady(true);
    await shop.work();
    expect(runs()).toEqual(['done web-2 to web-1']);
    expect(told()).toEqual(['rolled_back: web is back on v1 (release 1), verified.']);
  });

  it('after it: release 2 is a release like any other, and both rollbacks stand in the history', async () => {
    await inMidst();
    podsAreReady(true);
    await shop.work();
    const first = `${firstRun()}-rollback`;
    expect(await shop.press(first, undefined, 'web-2')).toMatchObject({
      kind: 'queued',
      run: { reason: 'Rolled back by hand: v1 again → v2 (release 3 → 2).' },
    });
    await shop.work();
    expect(runs()).toEqual(['done web-2 to web-1', `done ${first} to web-2`]);
    expect([shop.setTo('web'), status(first)]).toEqual(['v2', 'rolled_back']);
    expect(told().at(-1)).toBe('rolled_back: web is back on v2 (release 2), verified.');
  });
});
