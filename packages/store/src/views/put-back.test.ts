import type { Hold, PutBack } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { deployment, newId, queuedRun, t0, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const minute = 60_000;

/** v2 is taken back by a run and held, and somebody sets it again. */
async function putBackAgain(store: Store) {
  const { svc, bad, run } = await queuedRun(store);
  const putBack: PutBack = {
    ...{ kind: 'back', runId: run.id, by: null },
    ...{ words: 'v2 is back on Deployment web: who put it there is not known.', advice: 'Find out.' },
  };
  const back = deployment(svc, {
    ...{ previousDeploymentId: bad.id, version: 'v2', origin: 'detected' },
    startedAt: run.createdAt + 2 * minute,
  });
  const hold: Hold = {
    ...{ id: newId('hold'), service: svc.key, deploymentId: bad.id, runId: run.id, reason: 'errors' },
    ...{ templateDigest: 'sha256:v2', imageDigests: [], images: [], placedAt: run.createdAt + minute },
    ...{ releasedAt: null, releasedBy: null },
  };
  await store.deployments.commit({ newDeployments: [{ ...back, putBack }], holds: [hold] });
  return { svc, run, hold, back, putBack };
}

test('a version that is back is said of its service, and restrains decisions, until a person releases the hold', async () => {
  const store = open();
  const { svc, run, hold, back, putBack } = await putBackAgain(store);
  const said = async (slot: number) => {
    const { rows } = await store.views.standings([svc.key]);
    const claim = await store.slots.claim(slot, 0, 'a', 15_000);
    if (!claim) throw new Error(`slot ${slot} was not free`);
    const watched = await store.slots.watched(claim, onlyWatched);
    return {
      standing: rows[0]?.release?.putBack,
      watched: watched.find(({ deployment }) => deployment.id === back.id)?.deployment.putBack,
    };
  };
  expect(await said(t0 + 10 * minute)).toEqual({ standing: putBack, watched: putBack });
  await store.holds.release(hold.id, 'ada', t0 + 11 * minute);
  expect(await said(t0 + 12 * minute)).toEqual({ standing: null, watched: null });
  // What was, stays with the run and with the release.
  expect((await store.views.run(run.id))?.putBack).toEqual(putBack);
  expect((await store.deployments.deployment(back.id))?.putBack).toEqual(putBack);
});

test('a hold of another rollback of the service does not keep it said', async () => {
  const store = open();
  const { svc, hold } = await putBackAgain(store);
  await store.deployments.commit({ holds: [{ ...hold, id: newId('hold'), runId: 'another' }] });
  await store.holds.release(hold.id, 'ada', t0 + 11 * minute);
  expect((await store.views.standings([svc.key])).rows[0]?.release?.putBack).toBeNull();
});

test('a run says that what it took back stayed back, until it is back after all', async () => {
  const store = open();
  const { svc, bad, run } = await queuedRun(store);
  const rollback = deployment(svc, {
    ...{ previousDeploymentId: bad.id, version: 'v1', origin: 'rollback', status: 'completed' },
    startedAt: run.createdAt + minute,
  });
  await store.deployments.commit({ newDeployments: [rollback] });
  const told = async () => (await store.views.run(run.id))?.putBack;
  expect(await told()).toBeNull();
  const stayed: PutBack = { kind: 'nobody', until: t0 + 30 * minute };
  await store.deployments.commit({ deployments: [{ id: rollback.id, putBack: stayed }] });
  expect(await told()).toEqual(stayed);
  const back: PutBack = { kind: 'back', runId: run.id, by: null, words: 'v2 is back.', advice: '' };
  const again = deployment(svc, { version: 'v2', origin: 'detected', startedAt: t0 + 60 * minute });
  await store.deployments.commit({ newDeployments: [{ ...again, putBack: back }] });
  expect(await told()).toEqual(back);
  const elsewhere = await queuedRun(store);
  expect((await store.views.run(elsewhere.run.id))?.putBack).toBeNull();
});

test('a rollback is looked at until it is said whether what it took back stayed away, and for how long that was not seen', async () => {
  const store = open();
  const { svc, bad, run } = await queuedRun(store);
  const isOpen = async () => (await store.deployments.toFollow()).find(({ key }) => key === svc.key)?.open;
  const gaps = [{ from: t0, to: t0 + 10 * minute }];
  const looks = { served: 1, lastAt: t0 + 10 * minute, lastServed: true, doubt: null, gaps };
  const rollback = deployment(svc, {
    ...{ previousDeploymentId: bad.id, version: 'v1', origin: 'rollback', status: 'completed' },
    ...{ startedAt: t0, completedAt: t0, watchClosedAt: t0 + minute, looks },
  });
  const closed = [{ id: bad.id, watchClosedAt: t0 }];
  await store.deployments.commit({ newDeployments: [rollback], deployments: closed });
  expect((await store.deployments.deployment(rollback.id))?.looks).toEqual(looks);
  expect(await isOpen()).toBe(false);
  const hold: Hold = {
    ...{ id: newId('hold'), service: svc.key, deploymentId: bad.id, runId: run.id, reason: 'errors' },
    ...{ templateDigest: 'sha256:v2', imageDigests: [], images: [], placedAt: t0 },
    ...{ releasedAt: null, releasedBy: null },
  };
  await store.deployments.commit({ holds: [hold] });
  expect(await isOpen()).toBe(true);
  const longer = { ...looks, lastAt: t0 + 30 * minute, gaps: [...gaps, { from: t0 + 20 * minute, to: t0 }] };
  await store.deployments.commit({ deployments: [{ id: rollback.id, looks: longer }] });
  // A look that arrives late takes nothing away.
  await store.deployments.commit({ deployments: [{ id: rollback.id, looks }] });
  expect((await store.deployments.deployment(rollback.id))?.looks).toEqual(longer);
  const stayed: PutBack = { kind: 'nobody', until: t0 + 30 * minute };
  await store.deployments.commit({ deployments: [{ id: rollback.id, putBack: stayed }] });
  expect(await isOpen()).toBe(false);
});
