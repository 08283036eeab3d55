import type { DeliveryPhase, DeliverySeen } from '@lastgood/domain/rollback/contracts/delivery';
import type { PodTemplate } from '@lastgood/domain/workload/workload';
import { bareTemplate, templateDigest } from '../template-digest.ts';
import type { ServedRollout } from './served-delivery.ts';

/**
 * What a Rollout says of itself. Pure.
 *
 * @param lent the template that a workload lends it; null where it could not be read, or has its own
 */
export function rolloutSeen(rollout: ServedRollout, lent: PodTemplate | null): DeliverySeen {
  const { metadata, spec, status = {} } = rollout;
  const phase = phaseOf(rollout);
  const weight = weightOf(rollout);
  const template = spec.workloadRef ? lent : spec.template;
  return {
    uid: metadata.uid,
    revision: status.currentPodHash ?? '',
    checksum: null,
    phase,
    healthy: status.phase === 'Healthy',
    weight: phase === 'promoted' ? 100 : weight,
    observed: (metadata.generation ?? 0) <= Number(status.observedGeneration ?? 0),
    ordered: status.abort === true,
    skipsAnalysis: status.promoteFull === true ? true : null,
    suspended: spec.paused === true,
    asksUs: null,
    lookEveryMs: 0,
    stableImages: null,
    ...(template
      ? { names: { template: bareTemplate(template), templateDigest: templateDigest(template) } }
      : {}),
    templateFrom: spec.workloadRef
      ? { kind: spec.workloadRef.kind ?? '', name: spec.workloadRef.name ?? '' }
      : null,
    beingDeleted: Boolean(metadata.deletionTimestamp),
    sentence: [status.phase ?? 'no phase yet', status.message].filter(Boolean).join(': '),
    fence: {},
  };
}

/**
 * `stableRS` is the version that would serve after an abort; it follows `currentPodHash` when a rollout is promoted, whatever
 * its phase says of its pods. An abort shows as Degraded as soon as the controller has taken it.
 */
function phaseOf({ status = {} }: ServedRollout): DeliveryPhase {
  const { stableRS, currentPodHash, abort, phase } = status;
  if (!stableRS || !currentPodHash) return 'starting';
  if (stableRS === currentPodHash) return 'promoted';
  return abort === true && phase === 'Degraded' ? 'aborted' : 'bringing-out';
}

/** With a traffic router its weights; with blue and green, which is active; else what share of the pods is new. */
function weightOf({ spec, status = {} }: ServedRollout): number {
  const routed = status.canary?.weights?.canary?.weight;
  if (routed !== undefined) return routed;
  if (spec.strategy?.blueGreen) return status.blueGreen?.activeSelector === status.currentPodHash ? 100 : 0;
  const { replicas = 0, updatedReplicas = 0 } = status;
  return updatedReplicas === 0 ? 0 : Math.ceil((100 * updatedReplicas) / Math.max(replicas, 1));
}
