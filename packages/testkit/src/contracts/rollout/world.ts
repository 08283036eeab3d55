import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { WorkloadObservation } from '@lastgood/domain/workload/observation';
import type { Scaler } from '@lastgood/domain/workload/scaler';
import type { WorkloadKind, WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { expect } from 'vitest';
import { attemptStep } from '../attempt-step.ts';

/** A cluster named `main` with one way to change it from outside, and the adapter under test beside it. */
export interface RolloutWorld {
  rollout: Rollout;
  workloads: Workloads;
  /** A settled workload of 3 replicas with one container `app`, in cluster `main`, namespace `shop`. */
  create(kind: WorkloadKind, name: string, image: string): Promise<WorkloadTarget>;
  /** Somebody deploys another image; returns when it has settled. */
  deploy(workload: WorkloadTarget, image: string): Promise<void>;
  /** Returns when the workload's rollout is complete. */
  settle(workload: WorkloadTarget): Promise<void>;
  /** The same, by somebody who goes by this name. */
  deployAs(workload: WorkloadTarget, image: string, manager: string): Promise<void>;
  scale(workload: WorkloadTarget, replicas: number): Promise<void>;
  /** From now on an autoscaler of this name scales it up to 9; KEDA makes one for its own object of that name. */
  autoscale(workload: WorkloadTarget, by: Scaler['kind'], name: string): Promise<void>;
  pause(workload: WorkloadTarget): Promise<void>;
  remove(workload: WorkloadTarget): Promise<void>;
  /** The pods of a StatefulSet that run this image are not ready from now on, those running included. */
  loseReadiness(workload: WorkloadTarget, image: string): Promise<void>;
  /** Lets time pass in which the cluster works, in milliseconds. */
  pass(byMs: number): Promise<void>;
  /** Names of the workload's pods that the adapter has released, in order. */
  podsReleased(workload: WorkloadTarget): string[];
  /** From now on pods that start with this reference run another digest, which it returns. */
  moveTag(reference: string): string;
  /** What happens to the next write of the adapter that is no rehearsal. */
  faultNextWrite(fault: 'too-many-requests' | 'lost-reply' | 'unreachable'): void;
  /** Templates the adapter has really set on this workload. */
  templatesSet(workload: WorkloadTarget): number;
  close(): Promise<void>;
}

export const never = () => new AbortController().signal;
export const v1 = 'registry.example/web:v1';
export const v2 = 'registry.example/web:v2';
export const v3 = 'registry.example/web:v3';

export const released = { releaseStuckPods: true, releaseOnDelete: false };

/** Sent, and read back. */
export const applied = { outcome: { kind: 'applied' }, sent: true };
/** The world was so already. */
export const inPlace = {
  outcome: { kind: 'applied', note: expect.stringContaining('has the template') },
  sent: false,
};

export const rehearse = ({ workloads }: RolloutWorld, target: TemplateTarget, operation = 'run-1/1') =>
  attemptStep(workloads.rehearseTemplate, { kind: 'rehearse-template', ...target }, operation);

export const set = ({ workloads }: RolloutWorld, target: TemplateTarget, operation = 'run-1/1') =>
  attemptStep(workloads.setTemplate, { kind: 'set-template', ...target }, operation);

export async function look(world: RolloutWorld, workload: WorkloadTarget): Promise<WorkloadObservation> {
  const read = await world.rollout.read(workload, never());
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation;
}

/** A workload at v2 with what it takes to go back to v1. */
export async function deployed(
  world: RolloutWorld,
  kind: WorkloadKind,
): Promise<{ good: WorkloadSnapshot; target: TemplateTarget }> {
  const workload = await world.create(kind, 'web', v1);
  const good = (await look(world, workload)).snapshot;
  await world.deploy(workload, v2);
  const bad = (await look(world, workload)).snapshot;
  const { uid, template, templateDigest, imageDigests } = good;
  return {
    good,
    target: { workload, uid, fromDigest: bad.templateDigest, template, templateDigest, imageDigests },
  };
}
