import { releaseName } from '../../../deployment/release-words.ts';
import { namedLoss, notAccepted } from '../../accepted-loss.ts';
import {
  applyInfrastructure,
  type InfrastructureSeen,
  type InfrastructureTarget,
} from '../../contracts/apply-infrastructure.ts';
import { losesData } from '../../infrastructure-change.ts';
import { resourceLoss } from '../../loss.ts';
import type { Refusal } from '../../refusal.ts';
import { type RecordedVersions, recordedVersions, type StackContext } from './recorded-versions.ts';

/** Stacks of which is not recorded what was applied to them, or what they return to. */
export function unrecorded(context: StackContext): Refusal[] {
  return recordedVersions(context).flatMap((recorded) => unrecordedStack(recorded, context));
}

function unrecordedStack(
  { stack, from, to }: RecordedVersions,
  { deployment, target }: StackContext,
): Refusal[] {
  if (to === null)
    return [
      {
        code: 'target-unknown',
        reason: `Which configuration stack ${stack} had in ${releaseName(target)} was never recorded.`,
        advice:
          'Choose another release to return to, or apply the configuration you trust and register that.',
      },
    ];
  if (from !== null) return [];
  return [
    {
      code: 'version-unknown',
      reason: `Which configuration ${releaseName(deployment)} applied to stack ${stack} was never recorded: nobody can tell it from a change by somebody else.`,
      advice: 'Register the commit with the deployment, then roll back again.',
    },
  ];
}

export function notThere(stack: string, why: string): Refusal {
  return {
    code: 'stack-unknown',
    reason: `Stack ${stack} cannot be taken back: ${why}.`,
    advice: 'Name the stack in the configuration of Lastgood as the deployment names it, then plan again.',
  };
}

/** Why the step must not be made; null when it may. What the step itself would refuse is refused before anything begins. */
export function refusalOf(
  step: InfrastructureTarget,
  seen: InfrastructureSeen,
  accepting: readonly string[] | undefined,
): Refusal | null {
  if (seen.lockedBy !== null)
    return {
      code: 'stack-locked',
      reason: `Somebody has locked the state of stack ${step.stack}: ${seen.lockedBy}. Until it is free, nobody can tell what going back would change.`,
      advice:
        'Let that end and plan again. If whoever holds it is gone, release the lock by hand; Lastgood releases only its own.',
    };
  if (applyInfrastructure.isDone(step, seen)) return null;
  const lost = notAccepted(
    seen.changes.filter(losesData).map(({ address }) => namedLoss(step.stack, address)),
    accepting,
  );
  if (lost.length > 0) return wouldDestroy(step, lost);
  const refusal = applyInfrastructure.refusal(step, seen, '');
  return refusal && { code: 'stack-changed', ...refusal };
}

function wouldDestroy({ stack, to }: InfrastructureTarget, lost: readonly string[]): Refusal {
  return {
    code: 'data-loss',
    reason: `Taking stack ${stack} back to ${to} would destroy what keeps data: ${lost.join(', ')}.`,
    advice:
      'Save that data, then name what may be destroyed to go on (accepting), each as it is named here; or keep it in a new commit and deploy that.',
    losses: lost.map((name) => resourceLoss(stack, name.slice(stack.length + 1))),
  };
}
