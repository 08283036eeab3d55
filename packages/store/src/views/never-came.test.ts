import { expect, test } from 'vitest';
import { deployment, t0, twoReleases } from '../store-harness.ts';
import { store } from './views-harness.ts';

test('what never came is not shown as the current release, and what is there in its place is', async () => {
  const { svc, bad } = await twoReleases(store);
  const never = deployment(svc, { startedAt: t0 + 60_000 });
  await store.deployments.commit({ newDeployments: [never] });
  const release = { ...never, release: 3 };
  const current = async () => ({
    service: (await store.views.service(svc.key))?.current?.id,
    services: (await store.views.services({ search: svc.name, limit: 1 }))[0]?.current?.id,
    standing: (await store.views.standings([svc.key])).rows[0]?.release?.id,
    isNewest: (await store.views.deployment(bad.id))?.isNewest,
    mayBeTakenBack: (await store.views.targets(bad.id))?.isNewest,
    neverIs: (await store.views.deployment(never.id))?.isNewest,
  });
  expect(await current()).toMatchObject({ service: never.id, services: never.id, standing: never.id });
  expect(await current()).toMatchObject({ isNewest: false, mayBeTakenBack: false, neverIs: true });
  await store.deployments.commit({
    deployments: [{ id: never.id, status: 'failed', watchClosedAt: t0 + 90_000 }],
    neverCame: [{ release, service: svc, at: t0 + 90_000 }],
  });
  expect(await current()).toEqual({
    ...{ service: bad.id, services: bad.id, standing: bad.id },
    ...{ isNewest: true, mayBeTakenBack: true, neverIs: false },
  });
});
