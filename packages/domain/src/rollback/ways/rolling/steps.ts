import { releaseName } from '../../../deployment/release-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { OwnershipTarget } from '../../contracts/give-back-ownership.ts';
import type { TemplateTarget } from '../../contracts/set-template.ts';
import type { RollbackContext, WayStep } from '../way.ts';
import { ownersToReturn } from './field-owners.ts';
import { lesserEffect } from './lesser-effect.ts';
import { currentUid } from './needs.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { storedTemplate } from './stored-template.ts';

export function workloadSteps(ready: ReadyWorkload, context: RollbackContext): WayStep[] {
  return [...settingSteps(ready, context), servingStep(ready, context)];
}

/**
 * The template, its rehearsal, and what belongs to setting it.
 * @param isDelivered see `lesserEffect`
 */
export function settingSteps(
  ready: ReadyWorkload,
  context: RollbackContext,
  isDelivered?: boolean,
): WayStep[] {
  const { workload, to, observation } = ready;
  const name = workloadInWords(workload);
  const release = releaseName(context.target);
  const { imageDigests, applied } = to;
  const uid = currentUid(context, workload, to);
  const { template: stored, templateDigest } = storedTemplate(ready, to);
  const template: TemplateTarget = {
    workload,
    uid,
    fromDigest: observation.snapshot.templateDigest,
    template: to.template,
    ...(templateDigest === to.templateDigest ? {} : { stored }),
    templateDigest,
    imageDigests,
    ...(applied ? { applied } : {}),
  };
  const managers = ownersToReturn(ready);
  return [
    {
      phase: 'code',
      step: { kind: 'rehearse-template', ...template },
      title: `Dry run: ask the cluster to accept ${release} for ${name}`,
    },
    {
      phase: 'code',
      step: { kind: 'set-template', ...template },
      title: `Set ${name} to the template of ${release}`,
      ...lesserEffect(ready, isDelivered),
    },
    ...(managers.length > 0 ? [givingBack({ workload, uid, templateDigest, managers }, name)] : []),
  ];
}

/** The wait for the workload's own pods. */
export function servingStep(ready: ReadyWorkload, context: RollbackContext, isDelivered?: boolean): WayStep {
  const { service, target } = context;
  const { workload, to } = ready;
  const { template, templateDigest } = storedTemplate(ready, to);
  const { releaseStuckPods, releaseOnDelete, stableTimeoutMs } = service.policy;
  return {
    phase: 'code',
    step: {
      kind: 'wait-until-stable',
      ...{ workload, uid: currentUid(context, workload, to), templateDigest, template },
      ...{ imageDigests: to.imageDigests, releaseStuckPods, releaseOnDelete },
    },
    title: `Wait until every replica of ${workloadInWords(workload)} serves ${releaseName(target)}`,
    limits: { startToCloseMs: stableTimeoutMs },
    ...lesserEffect(ready, isDelivered),
  };
}

function givingBack(target: OwnershipTarget, name: string): WayStep {
  const managers = target.managers.map(({ manager }) => manager).join(', ');
  return {
    phase: 'code',
    step: { kind: 'give-back-ownership', ...target },
    title: `Give the fields of ${name} back to ${managers}, which applies them`,
  };
}
