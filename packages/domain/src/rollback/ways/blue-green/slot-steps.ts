import { releaseName } from '../../../deployment/release-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import { keepsRunning, type LeftCopy } from '../left-without-traffic.ts';
import { recordedTarget } from '../rolling/needs.ts';
import type { WayStep } from '../way.ts';
import { isChangedBy, observed, type Slot } from './slot.ts';
import type { BlueGreenContext } from './switches.ts';

/** Brings the slot up first where too few of its pods are wanted or ready. */
export function scaleStep(slot: Slot, needed: number, ready: number): WayStep[] {
  const seen = observed(slot);
  if (!seen || (seen.desiredReplicas >= needed && ready >= needed)) return [];
  const { desiredReplicas: from, snapshot } = seen;
  const name = workloadInWords(slot.workload);
  const pods = needed === 1 ? 'a pod of it is' : `${needed} of its pods are`;
  return [
    {
      phase: 'traffic',
      step: {
        kind: 'ensure-replicas',
        ...{ workload: slot.fact.ask.workload, uid: snapshot.uid, from, replicas: needed },
      },
      title:
        from < needed
          ? `Scale ${name} from ${from} to ${needed}, and wait until ${pods} ready`
          : `Wait until ${pods} ready: ${name}`,
    },
  ];
}

/** The proof: the slot serves what the target served, by template and by digest. */
export function proofStep(slot: Slot, context: BlueGreenContext): WayStep[] {
  const { deployment, target, service } = context;
  const seen = observed(slot);
  const recorded = recordedTarget(slot.workload, deployment, target);
  if (!seen || !recorded) return [];
  const { uid, templateDigest, template } = seen.snapshot;
  const { releaseStuckPods, releaseOnDelete, stableTimeoutMs } = service.policy;
  return [
    {
      phase: 'code',
      step: {
        kind: 'wait-until-stable',
        ...{ workload: slot.fact.ask.workload, uid, templateDigest, template },
        ...{ imageDigests: recorded.imageDigests, releaseStuckPods, releaseOnDelete },
      },
      title: `See every replica of ${workloadInWords(slot.workload)} serve ${releaseName(target)}`,
      limits: { startToCloseMs: stableTimeoutMs },
      // The slot holds it already, or there is no way back by switching; until its last pod is there, others may serve.
      ...(seen.progress.complete ? { effect: 'none' } : {}),
    },
  ];
}

/** What the slot that is left keeps running. */
export function leftRunning(slot: Slot | null, testers: readonly string[], context: BlueGreenContext) {
  if (!slot) return [];
  const holds = isChangedBy(context, slot.workload) ? releaseName(context.deployment) : null;
  return keepsRunning(leftCopy(slot, testers), holds);
}

export function leftCopy(slot: Slot, testers: readonly string[]): LeftCopy {
  return { workload: slot.workload, role: `slot ${slot.name}`, seen: observed(slot), testers };
}
