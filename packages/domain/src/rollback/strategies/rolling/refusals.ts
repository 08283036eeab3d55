import type { Deployment } from '../../../deployment/deployment.ts';
import type { WorkloadObservation } from '../../../workload/observation.ts';
import { judgeImages } from '../../../workload/pin-images.ts';
import type { WorkloadFacts } from '../../needed-facts.ts';
import type { Refusal } from '../../plan.ts';

/** Why one workload cannot be returned to the target; empty when it can. */
export function refusalsFor(facts: WorkloadFacts, target: Deployment): Refusal[] {
  const name = `${facts.workload.kind} ${facts.workload.namespace}/${facts.workload.name}`;
  if (facts.read.kind === 'unreachable') {
    return [
      refusal(
        'cluster-unreachable',
        `${name} could not be read: ${facts.read.reason}.`,
        'Check the cluster connection; the run can be started again at any moment.',
      ),
    ];
  }
  if (facts.read.kind === 'not-found') {
    return [
      refusal(
        'workload-gone',
        `${name} is not there: ${facts.read.reason}.`,
        'Create it again from Git; a rollback cannot.',
      ),
    ];
  }
  if (!facts.to) {
    return [
      refusal(
        'target-unknown',
        `What ${name} looked like in release ${target.release} was never recorded.`,
        'Choose another release to return to.',
      ),
    ];
  }
  return [...objectRefusals(name, facts.read.observation, facts), ...imageRefusals(facts)];
}

function objectRefusals(name: string, seen: WorkloadObservation, facts: WorkloadFacts): Refusal[] {
  const to = facts.to;
  if (!to) return [];
  const refusals: Refusal[] = [];
  if (seen.beingDeleted) {
    refusals.push(
      refusal(
        'workload-being-deleted',
        `${name} is being deleted.`,
        'Find out who deletes it before anything else.',
      ),
    );
  }
  if (seen.snapshot.uid !== to.uid) {
    refusals.push(
      refusal(
        'workload-replaced',
        `${name} was deleted and created again since release was recorded.`,
        'Deploy the last good version from Git.',
      ),
    );
  }
  if (seen.paused) {
    refusals.push(
      refusal(
        'workload-paused',
        `${name} is paused, so nothing would roll out.`,
        `Resume it: kubectl rollout resume ${facts.workload.kind.toLowerCase()}/${facts.workload.name}.`,
      ),
    );
  }
  if (isThirdVersion(seen, facts)) {
    refusals.push(
      refusal(
        'third-version',
        `${name} runs a version that is neither the one taken back nor the target: somebody deployed meanwhile.`,
        'Look at the newest deployment of this service and roll that one back.',
      ),
    );
  }
  const { owner } = seen;
  if (owner.kind === 'git-controller' || owner.kind === 'delivery-controller') {
    refusals.push(
      refusal(
        'owned-by-gitops',
        `${name} belongs to ${owner.name} (${owner.evidence}), which would put the bad version back.`,
        owner.kind === 'git-controller' ? 'Revert the commit in Git.' : `Abort or undo with ${owner.name}.`,
      ),
    );
  }
  return refusals;
}

function isThirdVersion(seen: WorkloadObservation, { from, to }: WorkloadFacts): boolean {
  const now = seen.snapshot.templateDigest;
  return from !== null && now !== from.templateDigest && now !== to?.templateDigest;
}

function imageRefusals({ to, evidence }: WorkloadFacts): Refusal[] {
  if (!to) return [];
  return judgeImages(to, evidence).moved.map((moved) =>
    refusal(
      'image-moved',
      `The tag ${moved}: the recorded template would start something else.`,
      'Push the recorded image under its tag again, or deploy the target by digest.',
    ),
  );
}

function refusal(code: Refusal['code'], reason: string, advice: string): Refusal {
  return { code, reason, advice };
}
