import type { PodTemplate } from '../../workload/workload.ts';
import { type ObjectTarget, replaced, type StepRefusal } from './step-contract.ts';

/** The object by which a delivery controller brings versions out: a Rollout of Argo Rollouts, a Canary of Flagger. */
export interface DeliveryTarget {
  /** What people call the controller. */
  controller: string;
  object: ObjectTarget;
  uid: string;
  /** What is taken back, by the controller's own name for it. */
  revision: string;
}

/**
 * How far a controller is with `revision`. `starting`: it has nothing stable yet. `bringing-out`: part of the traffic is on it, or
 * none yet; this can be aborted. `aborted`: given up, the stable version serves. `ending`: decided for it, and past the point of
 * return. `promoted`: it is the stable version.
 */
export type DeliveryPhase = 'starting' | 'bringing-out' | 'aborted' | 'ending' | 'promoted';

/** A delivery as it stands. */
export interface DeliverySeen {
  uid: string;
  /** The version it is at, by the controller's own name for it. */
  revision: string;
  /** As the controller names it when it asks whether to roll back; null for one that is told. */
  checksum: string | null;
  phase: DeliveryPhase;
  /** The controller says that all is well with what is promoted. */
  healthy: boolean;
  /** Percent of the traffic that `revision` gets. */
  weight: number;
  /** The controller has seen the newest wish. */
  observed: boolean;
  /** Its abort is ordered already: nothing is to be sent. */
  ordered: boolean;
  /** Whether what comes next is promoted without steps and analysis; null where nothing is written about it. */
  skipsAnalysis: boolean | null;
  /** It does nothing until somebody lets it go on. */
  suspended: boolean;
  /** Of one that asks whether to roll back: whether it asks us. Null for one that is told. */
  asksUs: boolean | null;
  /** How often it looks at the world, in milliseconds; 0 where a change wakes it. */
  lookEveryMs: number;
  /** Container name to image of the stable version; null where it is not told apart. */
  stableImages: Record<string, string> | null;
  /** The template that it is to bring out, wherever it takes that from; absent where nobody has read it. */
  names?: { template: PodTemplate; templateDigest: string };
  /** What it takes its template from besides itself; null where it has its own. */
  templateFrom: { kind: string; name: string } | null;
  beingDeleted: boolean;
  /** In the controller's words. */
  sentence: string;
  /** The outside's own name of this very state; only the one who made it reads it. */
  fence: object;
}

export function deliveryName({ object: { kind, name } }: Pick<DeliveryTarget, 'object'>): string {
  return `${kind} ${name}`;
}

/** Of an object that is no longer the one that was planned upon. */
export function deliveryGone(step: DeliveryTarget, seen: DeliverySeen): StepRefusal | null {
  const name = deliveryName(step);
  if (seen.uid !== step.uid) return replaced(name);
  if (seen.beingDeleted) {
    return {
      reason: `${name} is being deleted.`,
      advice: 'Find out who deletes it before anything else; create it again from its manifest.',
    };
  }
  if (!seen.suspended) return null;
  return {
    reason: `${name} is suspended: ${step.controller} does nothing until it is let go on.`,
    advice: `Let ${name} go on in ${step.controller}, then resume.`,
  };
}
