import { releaseInWords } from '../../../deployment/release-in-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { OwnershipTarget } from '../../contracts/give-back-ownership.ts';
import type { TemplateTarget } from '../../contracts/set-template.ts';
import type { WayStep } from '../way.ts';
import { ownersToReturn } from './field-owners.ts';
import { currentUid, type RollingContext } from './needs.ts';
import type { ReadyWorkload } from './ready-workload.ts';
import { storedTemplate } from './stored-template.ts';

export function workloadSteps(ready: ReadyWorkload, context: RollingContext): WayStep[] {
  const { service, target } = context;
  const { workload, to, observation } = ready;
  const name = workloadInWords(workload);
  const release = releaseInWords(target);
  const { imageDigests, applied } = to;
  const uid = currentUid(context, workload, to);
  const { template: stored, templateDigest } = storedTemplate(ready, to);
  const { releaseStuckPods, releaseOnDelete, stableTimeoutMs } = service.policy;
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
    },
    ...(managers.length > 0 ? [givingBack({ workload, uid, templateDigest, managers }, name)] : []),
    {
      phase: 'code',
      step: {
        kind: 'wait-until-stable',
        ...{ workload, uid, templateDigest, template: stored, imageDigests },
        ...{ releaseStuckPods, releaseOnDelete },
      },
      title: `Wait until every replica of ${name} serves ${release}`,
      limits: { startToCloseMs: stableTimeoutMs },
    },
  ];
}

function givingBack(target: OwnershipTarget, name: string): WayStep {
  const managers = target.managers.map(({ manager }) => manager).join(', ');
  return {
    phase: 'code',
    step: { kind: 'give-back-ownership', ...target },
    title: `Give the fields of ${name} back to ${managers}, which applies them`,
  };
}
