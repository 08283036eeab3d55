import { type Scaler, scalerInWords } from '../../../workload/scaler.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { Refusal } from '../../refusal.ts';
import { observed, type Slot } from './slot.ts';

/** Of pods that have to be brought up: whether what scales them would take them away again, so that they are waited for in vain. */
export function scalerRefusals(slot: Slot, needed: number): Refusal[] {
  const scaler = scalerAgainst(slot, needed);
  if (!scaler || scaler.most === null || scaler.most >= needed) return [];
  const { name } = scaler;
  return [
    {
      code: 'not-enough-pods',
      reason: `${workloadInWords(slot.workload)} is scaled by ${scalerInWords(scaler)}, and ${needed} pods are needed to carry the traffic: it would scale them back.`,
      advice: `Let ${name} make ${needed} pods, or declare how many are enough (\`minReady\`); then plan again.`,
    },
  ];
}

/** Pods without traffic look idle to what scales them. */
export function scalerWarnings(slot: Slot, needed: number): string[] {
  const scaler = scalerAgainst(slot, needed);
  if (!scaler) return [];
  return [
    `${workloadInWords(slot.workload)} is scaled by ${scalerInWords(scaler)}: it may scale it down again while it has no traffic yet.`,
  ];
}

function scalerAgainst(slot: Slot, needed: number): Scaler | null {
  const { answer } = slot.fact;
  if (answer.kind !== 'seen' || (observed(slot)?.desiredReplicas ?? 0) >= needed) return null;
  return answer.seen.scaler ?? null;
}
