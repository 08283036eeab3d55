import { releaseName } from '../../../deployment/release-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
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
    },
  ];
}

/** What the slot that is left keeps running. */
export function leftRunning(slot: Slot | null, context: BlueGreenContext): string[] {
  const seen = observed(slot);
  if (!slot || !seen) return [];
  const name = workloadInWords(slot.workload);
  const pods = seen.desiredReplicas === 1 ? 'its 1 pod' : `its ${seen.desiredReplicas} pods`;
  const holds = isChangedBy(context, slot.workload) ? ` of ${releaseName(context.deployment)}` : '';
  return [`${name} (slot ${slot.name}) keeps ${pods}${holds} running, without traffic.`];
}
