import type { WorkloadObservation } from '../../workload/observation.ts';
import type { TemplateTarget } from '../step.ts';
import { replaced, requestLimits, type StepContract, type StepRefusal } from './step-contract.ts';

export type TemplateSeen = WorkloadObservation;

export const setTemplate: StepContract<'set-template', TemplateSeen> = {
  isDone: hasTemplate,
  refusal: templateRefusal,
  waitsFor: () => null,
  inWords: templateInWords,
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: ({ workload }) =>
    `${workload.kind} ${workload.name} still runs what it ran before, unless its timeline says otherwise.`,
};

export function hasTemplate(step: TemplateTarget, { snapshot, beingDeleted }: TemplateSeen): boolean {
  return snapshot.uid === step.uid && !beingDeleted && snapshot.templateDigest === step.templateDigest;
}

export function templateRefusal(step: TemplateTarget, seen: TemplateSeen): StepRefusal | null {
  const { kind, name } = step.workload;
  const called = `${kind} ${name}`;
  if (seen.snapshot.uid !== step.uid) return replaced(called);
  if (seen.beingDeleted) {
    return {
      reason: `${called} is being deleted.`,
      advice: 'Find out who deletes it; create it again from its manifest.',
    };
  }
  if (seen.paused) {
    return {
      reason: `${called} is paused, so a new template would not roll out.`,
      advice: `Resume it (kubectl rollout resume ${kind.toLowerCase()}/${name}), then resume the run.`,
    };
  }
  if (seen.snapshot.templateDigest === step.fromDigest) return null;
  return {
    reason: `${called} runs neither the version to take back nor the target, but a third version: somebody deployed meanwhile.`,
    advice: 'Look at the newest deployment of this service and roll that one back.',
  };
}

export function templateInWords(step: TemplateTarget, seen: TemplateSeen): string {
  const { kind, name } = step.workload;
  return hasTemplate(step, seen)
    ? `${kind} ${name} has the template`
    : `${kind} ${name} has another template (${seen.snapshot.templateDigest.slice(0, 19)})`;
}
