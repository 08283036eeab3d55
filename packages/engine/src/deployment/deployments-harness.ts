import { noContracts } from '@lastgood/domain';
import { aService, dayZero, imageOf, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach } from 'vitest';
import { createFollower, type FollowerDependencies } from './follow.ts';
import { registerDeployment } from './register.ts';
import type { Registration } from './registration.ts';
import { reportStatus } from './report-status.ts';

/* A service whose only workload serves v1, of which nothing is on record yet, and what its tests do with it. */

export let engine: TestEngine;

/** Anew, as it is before each test of a file. */
export async function begin(): Promise<void> {
  engine = createTestEngine();
  await engine.store.services.apply(aService(), 'test', dayZero);
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
}

/** Call at the top of a test file. */
export function beginEach(): void {
  beforeEach(begin);
}

export const deps = () => ({
  deployments: engine.store.deployments,
  ports: { rollout: engine.rollout, workloads: engine.workloads },
  clock: engine.time.clock,
  newId: engine.newId,
  deadlineMs: 5_000,
});
export const followerOf = (over: Partial<FollowerDependencies> = {}) =>
  createFollower({
    ...{ deployments: engine.store.deployments, watch: engine.rollout.watch, clock: engine.time.clock },
    ...{ rollout: engine.rollout, readWithinMs: 3_000 },
    ...{ passEveryMs: 15_000, judgeAllEveryMs: 5 * minute },
    ...over,
  });
/** As one that has just started. */
export const follow = () => followerOf().follow(engine.forever);
export const register = (over: Partial<Registration> = {}) =>
  registerDeployment(
    deps(),
    {
      service: 'main/shop/web',
      idempotencyKey: null,
      version: 'v2',
      commit: 'abc',
      author: 'ada',
      pipelineUrl: null,
      images: { app: imageOf('v2') },
      changes: [],
      contracts: noContracts,
      ...over,
    },
    engine.forever,
  );
export const report = (id: string, status: 'completed' | 'failed') =>
  reportStatus(deps(), { id, status, detail: null }, engine.forever);
export const deploy = (version: string) =>
  engine.rollout.cluster.deploy(webWorkload, { app: imageOf(version) });
export const latest = async () => (await engine.store.deployments.followed())[0]?.latest;

export async function registered(over: Partial<Registration> = {}) {
  const result = await register(over);
  if (result.kind !== 'registered') throw new Error(result.kind);
  const { deployment } = result;
  return { deployment, warnings: deployment.notices.map(({ words }) => words) };
}
