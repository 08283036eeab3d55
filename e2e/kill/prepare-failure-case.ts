import type { ClusterProcess } from './cluster-process.ts';
import { type Failure, type FailureCase, gateCheck } from './failures.ts';
import type { Released } from './fleet.ts';
import type { TestDatabase } from './kill-harness.ts';

/** A service to roll back, and where its run is to stop. */
export interface ExpectedStop {
  ordinal: number;
  failure: Failure;
  failureCase: FailureCase;
  released: Released;
  /** Of its workloads, in their order. */
  goodImages: readonly string[];
}

/** The ordinal of the workload that a step is about: each is rehearsed, set and waited for. */
const workloadOf = (ordinal: number) => Math.floor(ordinal / 3);

/** Releases a service with two workloads and prepares what will make the step fail. `token` is in no other case. */
export async function prepareFailureCase(
  cluster: ClusterProcess,
  { fleet }: TestDatabase,
  { ordinal, failure }: Pick<ExpectedStop, 'ordinal' | 'failure'>,
  token: number,
): Promise<ExpectedStop> {
  const goodImages = [0, 1].map((one) => `shop/app:good-${token}-${one}`);
  const gate = `gate-${token}`;
  const checks = failure.kind === 'verify' ? [gateCheck(gate)] : [];
  const released = await fleet.release(['Deployment', 'StatefulSet'], 1, checks, goodImages);
  const { service } = released;
  const about = failure.kind === 'verify' ? 0 : workloadOf(ordinal);
  const [workload, goodImage] = [service.workloads[about], goodImages[about]];
  if (!workload || !goodImage) throw new Error(`step ${ordinal} is about no workload`);
  // Short where it is what ends the step.
  const stableTimeoutMs = failure.meanwhile ? service.policy.stableTimeoutMs : 4_000;
  const impatient = { ...service, policy: { ...service.policy, stableTimeoutMs } };
  await fleet.store.services.apply(impatient, 'ada', Date.now());
  const failureCase: FailureCase = { cluster, workload, goodImage, gate };
  await failure.prepare(failureCase);
  return { ordinal, failure, failureCase, released, goodImages };
}
