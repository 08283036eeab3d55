import type { WorkloadObservation } from '../../../workload/observation.ts';
import { judgeImages } from '../../../workload/pin-images.ts';
import type { WorkloadSnapshot } from '../../../workload/workload.ts';
import type { AnsweredFact, WorkloadSeen } from '../../need.ts';
import type { Refusal } from '../../plan.ts';
import { leftBehind, type RollingContext } from './needs.ts';

/** Why one workload cannot be returned to the target; empty when it can. */
export function refusalsFor({ ask, answer }: AnsweredFact<'workload'>, context: RollingContext): Refusal[] {
  const { workload } = ask;
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  if (answer.kind === 'not-found') {
    return [
      refusal(
        'workload-gone',
        `${name} is not there: ${answer.reason}.`,
        'Create it again from Git; a rollback cannot.',
      ),
    ];
  }
  if (!answer.seen.to) {
    return [
      refusal(
        'target-unknown',
        `What ${name} looked like in release ${context.target.release} was never recorded.`,
        'Choose another release to return to.',
      ),
    ];
  }
  return [...objectRefusals(name, ask, answer.seen, context), ...imageRefusals(answer.seen)];
}

function objectRefusals(
  name: string,
  { workload }: AnsweredFact<'workload'>['ask'],
  { observation: seen, to }: WorkloadSeen,
  context: RollingContext,
): Refusal[] {
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
        `${name} was deleted and created again since release ${context.target.release} was recorded.`,
        'Deploy the last good version from Git.',
      ),
    );
  }
  if (seen.paused) {
    refusals.push(
      refusal(
        'workload-paused',
        `${name} is paused, so nothing would roll out.`,
        `Resume it: kubectl rollout resume ${workload.kind.toLowerCase()}/${workload.name}.`,
      ),
    );
  }
  if (isThirdVersion(seen, leftBehind(context, workload.name), to)) {
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

function isThirdVersion(
  seen: WorkloadObservation,
  from: WorkloadSnapshot | null,
  to: WorkloadSnapshot,
): boolean {
  const now = seen.snapshot.templateDigest;
  return from !== null && now !== from.templateDigest && now !== to.templateDigest;
}

function imageRefusals({ to, evidence }: WorkloadSeen): Refusal[] {
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
