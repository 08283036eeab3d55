import { newDeployment } from '@lastgood/domain';
import { createStore } from '@lastgood/store';
import { aService, dayZero } from '@lastgood/testkit/scenario/builders';

/** A service with a release to go back to and one to take back; the latter's id. `name` is its own. */
export async function storeTwoReleases(databaseUrl: string, name: string): Promise<string> {
  const store = createStore({ databaseUrl, poolSize: 2 });
  try {
    const service = aService({ name });
    await store.services.apply(service, 'ada', dayZero);
    const frame = { service: service.key, origin: 'pipeline', strategy: 'rolling' } as const;
    const good = newDeployment({
      ...{ ...frame, id: `good-${name}`, version: 'v1', startedAt: dayZero, status: 'completed' },
      ...{ proof: 'verified', completedAt: dayZero, watchClosedAt: dayZero },
    });
    const bad = newDeployment({
      ...{ ...frame, id: `bad-${name}`, version: 'v2', startedAt: dayZero + 60_000 },
      previousDeploymentId: good.id,
    });
    for (const one of [good, bad]) await store.deployments.commit({ newDeployments: [one] });
    return bad.id;
  } finally {
    await store.close();
  }
}
