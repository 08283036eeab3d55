import { changeOf } from '../../deployment/deployment.ts';
import type { RolloutProgress, WorkloadObservation } from '../../workload/observation.ts';
import { sameTemplate } from '../../workload/same-template.ts';
import type { PodTemplate, WorkloadSnapshot, WorkloadTarget } from '../../workload/workload.ts';
import { followStored } from './follow-stored.ts';
import { mayRelease, type ReleasePolicy, releaseName } from './release-pod.ts';
import { lookWithinMs, replaced, type StepContract } from './step-contract.ts';

/** What a workload must serve. */
export interface StableTarget extends ReleasePolicy {
  workload: WorkloadTarget;
  uid: string;
  templateDigest: string;
  /** As it is to be found; absent in runs from before it was kept: only its digest tells then. */
  template?: PodTemplate;
  imageDigests: Record<string, string>;
}

/** Complete on the right template and digests. Its only effect is to release the one pod that keeps a rollout from going on. */
export const waitUntilStable: StepContract<'wait-until-stable', StableTarget, WorkloadObservation> = {
  kind: 'wait-until-stable',
  isDone: (step, { snapshot, progress }) =>
    snapshot.uid === step.uid &&
    isItsTemplate(step, snapshot) &&
    progress.complete &&
    (progress.desired === 0 || digestsServe(step, progress)),
  refusal(step, { snapshot, progress }) {
    const { kind, name } = step.workload;
    if (snapshot.uid !== step.uid) return replaced(`${kind} ${name}`);
    const advice = 'Look at the newest deployment of this service before anything else.';
    if (!isItsTemplate(step, snapshot))
      return { reason: 'somebody has put another version in place of the target', advice };
    const other = progress.complete && progress.desired > 0 ? otherDigest(step, progress) : null;
    return other === null ? null : { reason: other, advice };
  },
  waitsFor(step, seen) {
    const { progress } = seen;
    if (progress.complete) return 'pods are ready, their image digests are not known yet';
    return mayRelease(step, seen) ? null : waitUntilStable.inWords(step, seen);
  },
  inWords(step, seen) {
    const { progress } = seen;
    if (progress.complete && progress.desired === 0)
      return 'complete, scaled to zero replicas: nothing serves';
    const warned = progress.warning ? `${progress.sentence} (${progress.warning})` : progress.sentence;
    const release = progress.complete ? null : releaseName(step, seen);
    return release ? `${warned}; ${release}` : warned;
  },
  follow: followStored,
  limits: { scheduleToStartMs: lookWithinMs, startToCloseMs: 10 * 60_000, heartbeatMs: 30_000 },
  lookAgainMs: 1_000,
  leavesBehind: ({ workload: { kind, name } }, target) =>
    `${kind} ${name} is set to ${target}, but not every replica serves it; pods of both versions may run.`,
  usualMs: 150_000,
  looksOnly: {
    whenSkipped: 'The next steps begin although pods of both versions may still run; verification follows.',
  },
  proves: ({ workload, templateDigest }) => ({ workload, templateDigest }),
  recordsServing({ workload: { kind, name }, uid, template, templateDigest, imageDigests }, deployment, now) {
    if (!template) return null;
    return {
      kind: 'workload',
      target: { kind, name },
      before: changeOf(deployment.changes, { kind, name })?.after ?? null,
      after: {
        ...{ uid, generation: 0, template, templateDigest, images: {}, imageDigests },
        ...{ podTemplateHash: null, revision: null, historyName: null, observedAt: now },
      },
    };
  },
  checks: ({ workload: { kind, name }, templateDigest, template, imageDigests }, release) => [
    {
      name: `${name} serves release ${release}`,
      type: 'kubernetes',
      workload: { kind, name },
      serves: { templateDigest, imageDigests, ...(template ? { template } : {}) },
      passes: 2,
      timeoutMs: 120_000,
      everyMs: 2_000,
    },
  ],
};

/** Set by digest or by tag; which digests its pods run is looked at by itself. */
function isItsTemplate(step: StableTarget, snapshot: WorkloadSnapshot): boolean {
  const { templateDigest, template, imageDigests } = step;
  if (!template) return snapshot.templateDigest === templateDigest;
  return sameTemplate({ templateDigest, template, imageDigests }, { ...snapshot, imageDigests });
}

function digestsServe(step: StableTarget, progress: RolloutProgress): boolean {
  return Object.entries(step.imageDigests).every(([container, wanted]) => {
    const running = progress.readyDigests[container] ?? [];
    return running.length > 0 && running.every((digest) => digest === wanted);
  });
}

function otherDigest(step: StableTarget, progress: RolloutProgress): string | null {
  for (const [container, wanted] of Object.entries(step.imageDigests)) {
    const other = (progress.readyDigests[container] ?? []).find((digest) => digest !== wanted);
    if (other) return `${container} runs ${other} instead of the recorded ${wanted}: its tag has moved`;
  }
  return null;
}
