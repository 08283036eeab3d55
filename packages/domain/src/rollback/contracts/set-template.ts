import { workloadChanges } from '../../deployment/deployment.ts';
import type { PodTemplate, WorkloadTarget } from '../../workload/workload.ts';
import { replaced, requestLimits, type StepContract, type StepRefusal } from './step-contract.ts';

/** What a workload must become, and the fence around changing it. */
export interface TemplateTarget {
  workload: WorkloadTarget;
  /** The recorded object; another uid means it was deleted and created again. */
  uid: string;
  /** Digest of the template that is being taken back; a third version in its place stops the run. */
  fromDigest: string;
  template: PodTemplate;
  templateDigest: string;
  /** Container name to `sha256:...` that must serve in the end. */
  imageDigests: Record<string, string>;
}

/** A workload without its pods: all that setting its template needs. */
export interface TemplateSeen {
  uid: string;
  templateDigest: string;
  paused: boolean;
  beingDeleted: boolean;
  /** Counts changes of what is wanted of it, never of how it stands. */
  generation: number;
  /** The outside's own name of this very state of the whole object; opaque. */
  version: string;
  /** Whether the object carries notes of anybody. The first note is fenced by `version`, a further one by `generation`. */
  annotated: boolean;
}

export const setTemplate: StepContract<'set-template', TemplateTarget, TemplateSeen> = {
  kind: 'set-template',
  isDone: hasTemplate,
  refusal: templateRefusal,
  waitsFor: () => null,
  inWords: templateInWords,
  limits: requestLimits,
  lookAgainMs: 1_000,
  leavesBehind: ({ workload }) =>
    `${workload.kind} ${workload.name} still runs what it ran before, unless its timeline says otherwise.`,
  usualMs: 1_000,
  looksOnly: null,
  family: 'code',
  schema: 'needs',
  replaces: ({ fromDigest, templateDigest }) => ({ from: fromDigest, to: templateDigest }),
  record: ({ workload: { kind, name }, uid, template, templateDigest, imageDigests }, deployment, now) => ({
    kind: 'workload',
    target: { kind, name },
    before: workloadChanges(deployment).find((change) => change.target.name === name)?.after ?? null,
    after: {
      ...{ uid, generation: 0, template, templateDigest, images: {}, imageDigests },
      ...{ podTemplateHash: null, revision: null, historyName: null, observedAt: now },
    },
  }),
};

export function hasTemplate(step: TemplateTarget, seen: TemplateSeen): boolean {
  return seen.uid === step.uid && !seen.beingDeleted && seen.templateDigest === step.templateDigest;
}

export function templateRefusal(step: TemplateTarget, seen: TemplateSeen): StepRefusal | null {
  const { kind, name } = step.workload;
  const called = `${kind} ${name}`;
  if (seen.uid !== step.uid) return replaced(called);
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
  if (seen.templateDigest === step.fromDigest) return null;
  return {
    reason: `${called} runs neither the version to take back nor the target, but a third version: somebody deployed meanwhile.`,
    advice: 'Look at the newest deployment of this service and roll that one back.',
  };
}

export function templateInWords(step: TemplateTarget, seen: TemplateSeen): string {
  const { kind, name } = step.workload;
  return hasTemplate(step, seen)
    ? `${kind} ${name} has the template`
    : `${kind} ${name} has another template (${seen.templateDigest.slice(0, 19)})`;
}
