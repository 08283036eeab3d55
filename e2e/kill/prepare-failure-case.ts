import type { WorkloadRef } from '@lastgood/domain';
import type { ClusterProcess } from './cluster-process.ts';
import { type Failure, gateCheck } from './failures.ts';
import type { Released } from './fleet.ts';
import type { Stage } from './kill-harness.ts';

/** What a failure acts on. */
export interface Scene {
  cluster: ClusterProcess;
  /** The workload that the step is about; of a verification, the first. */
  workload: WorkloadRef;
  goodImage: string;
  /** A Deployment of which only a check of this service asks. */
  gate: string;
}

/** A service to roll back, and where its run is to stop. */
export interface Expected {
  ordinal: number;
  failure: Failure;
  scene: Scene;
  released: Released;
  /** Of its workloads, in their order. */
  goodImages: readonly string[];
}

/** The ordinal of the workload that a step is about: each is rehearsed, set and waited for. */
const workloadOf = (ordinal: number) => Math.floor(ordinal / 3);

/** Releases a service with two workloads and prepares what will make the step fail. `token` is in no other scene. */
export async function setScene(
  cluster: ClusterProcess,
  { fleet }: Stage,
  { ordinal, failure }: Pick<Expected, 'ordinal' | 'failure'>,
  token: number,
): Promise<Expected> {
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
  const scene: Scene = { cluster, workload, goodImage, gate };
  await failure.prepare(scene);
  return { ordinal, failure, scene, released, goodImages };
}
