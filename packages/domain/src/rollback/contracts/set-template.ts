import { changeOf } from '../../deployment/deployment.ts';
import { takenFromTemplate } from '../../workload/kept-images.ts';
import { sameTemplate } from '../../workload/same-template.ts';
import type { AppliedState, PodTemplate, WorkloadTarget } from '../../workload/workload.ts';
import type { Refusal } from '../refusal.ts';
import { type Became, replaced, requestLimits, type StepContract } from './step-contract.ts';

/** What a workload must become, and the fence around changing it. */
export interface TemplateTarget {
  workload: WorkloadTarget;
  /** The recorded object; another uid means it was deleted and created again. */
  uid: string;
  /** Digest of the template that is being taken back; a third version in its place stops the run. */
  fromDigest: string;
  /** What is sent. */
  template: PodTemplate;
  /** What the cluster makes of it, where its admission changes it; absent: as it is sent. */
  stored?: PodTemplate | undefined;
  /** Of what is stored in the end: that is what is compared. */
  templateDigest: string;
  /** Container name to `sha256:...` that must serve in the end. */
  imageDigests: Record<string, string>;
  /** As at the target, for whoever applies the workload; absent where that was not recorded. */
  applied?: AppliedState | undefined;
}

/** A workload without its pods: all that setting its template needs. */
export interface TemplateSeen {
  uid: string;
  template: PodTemplate;
  templateDigest: string;
  /** The step that wrote the template last, by the mark it left; null when none did. */
  operation: string | null;
  paused: boolean;
  /** How a person resumes it when it is paused, in the words of the outside. */
  resumeHint: string;
  beingDeleted: boolean;
  /** The outside's own name of this very state; only the one who made it reads it. */
  fence: object;
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
  sets: ({ workload, uid, fromDigest: from, template, stored, templateDigest, imageDigests }) => ({
    ...{ workload, uid, from },
    to: { template: stored ?? template, templateDigest, imageDigests },
  }),
  replaces: ({ fromDigest, templateDigest }) => ({ from: fromDigest, to: templateDigest }),
  asStored,
  record: (
    { workload: { kind, name }, uid, template, stored, templateDigest, imageDigests, applied },
    deployment,
    now,
  ) => ({
    kind: 'workload',
    target: { kind, name },
    before: changeOf(deployment.changes, { kind, name })?.after ?? null,
    after: {
      ...{ uid, generation: 0, template: stored ?? template, templateDigest, images: {}, imageDigests },
      ...{ podTemplateHash: null, revision: null, historyName: null, applied, observedAt: now },
    },
  }),
};

export function hasTemplate(step: TemplateTarget, seen: TemplateSeen): boolean {
  return seen.uid === step.uid && !seen.beingDeleted && seen.templateDigest === step.templateDigest;
}

/**
 * The cluster stored something else than the rehearsal said: a policy that answers anew each time, or one that came in
 * between. Sent by this very step and with its containers and images, it is the target from now on. It is not sent again:
 * under such a policy every write is another rollout.
 */
function asStored(
  step: TemplateTarget,
  seen: TemplateSeen,
  operation: string,
): Became<TemplateTarget> | null {
  if (seen.uid !== step.uid || seen.beingDeleted) return null;
  if (isTargetUnpinned(step, seen)) return setByOthers(step, seen);
  if (seen.operation !== operation) return null;
  if (takenFromTemplate(step.template, seen.template, step.imageDigests) !== null) return null;
  const { workload, templateDigest: from } = step;
  const { template: stored, templateDigest: to } = seen;
  const how = 'though not as it was sent: the cluster changes it as it stores it';
  return { step: { ...step, stored, templateDigest: to }, stored: { workload, from, to }, how };
}

/**
 * Somebody else went back to the very target: its template is there, but names by tag what the target names by digest, or the
 * other way round. That its pods run the recorded digests is proven by waiting for them. What is to be taken back is never it.
 */
export function isTargetUnpinned(step: TemplateTarget, seen: TemplateSeen): boolean {
  if (seen.uid !== step.uid || seen.beingDeleted || seen.templateDigest === step.fromDigest) return false;
  const { imageDigests } = step;
  return sameTemplate({ ...step, template: step.stored ?? step.template }, { ...seen, imageDigests });
}

function setByOthers(step: TemplateTarget, seen: TemplateSeen): Became<TemplateTarget> {
  const { workload, templateDigest: from } = step;
  const { template: stored, templateDigest: to } = seen;
  const became = { ...step, stored, templateDigest: to };
  return { step: became, stored: { workload, from, to }, how: 'somebody else has set it' };
}

/** Why the template may not be set on the workload as it is; null when it may. */
export function templateRefusal(step: TemplateTarget, seen: TemplateSeen): Refusal | null {
  return templateRefusals(step, seen)[0] ?? null;
}

/** All reasons at once, for whoever plans: the one place that judges whether a workload may get a template. */
export function templateRefusals(
  step: Pick<TemplateTarget, 'workload' | 'uid' | 'fromDigest' | 'templateDigest'>,
  seen: Pick<TemplateSeen, 'uid' | 'templateDigest' | 'paused' | 'resumeHint' | 'beingDeleted'>,
): Refusal[] {
  const { kind, namespace, name } = step.workload;
  const called = `${kind} ${namespace}/${name}`;
  const refusals: Refusal[] = [];
  if (seen.uid !== step.uid) refusals.push({ code: 'workload-replaced', ...replaced(called) });
  if (seen.beingDeleted) {
    refusals.push({
      code: 'workload-being-deleted',
      reason: `${called} is being deleted.`,
      advice: 'Find out who deletes it before anything else; create it again from its manifest.',
    });
  }
  if (seen.paused) {
    refusals.push({
      code: 'workload-paused',
      reason: `${called} is paused, so a new template would not roll out.`,
      advice: `Resume it (${seen.resumeHint}), then go on with the rollback.`,
    });
  }
  if (![step.fromDigest, step.templateDigest].includes(seen.templateDigest)) {
    refusals.push({
      code: 'third-version',
      reason: `${called} runs neither the version to take back nor the target, but a third version that was set since.`,
      advice: 'Look at the newest deployment of this service and roll that one back.',
    });
  }
  return refusals;
}

export function templateInWords(step: TemplateTarget, seen: TemplateSeen): string {
  const { kind, name } = step.workload;
  return hasTemplate(step, seen)
    ? `${kind} ${name} has the template`
    : `${kind} ${name} has another template (${seen.templateDigest.slice(0, 19)})`;
}
