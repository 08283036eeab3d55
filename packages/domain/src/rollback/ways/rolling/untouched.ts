import { releaseName } from '../../../deployment/release-words.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { AnsweredFact } from '../../need.ts';
import { changedElsewhere, currentUid, leftBehind, type RollingContext } from './needs.ts';
import { ownedWorkload } from './owned.ts';
import { storedTemplate } from './stored-template.ts';

/**
 * Whether the deployment turned something else, brought no image, and left this workload as the target served it, as far as can be
 * seen before it is complete: there is nothing to take back, whoever owns it.
 */
function isUntouched(
  { ask: { workload }, answer }: AnsweredFact<'workload'>,
  context: RollingContext,
): boolean {
  const bringsImages = Object.keys(context.deployment.registeredImages).length > 0;
  if (bringsImages || !changedElsewhere(context) || leftBehind(context, workload) !== null) return false;
  if (answer.kind !== 'seen' || !answer.seen.to) return false;
  const { observation, to } = answer.seen;
  const { snapshot } = observation;
  const isThere = snapshot.templateDigest === storedTemplate(answer.seen, to).templateDigest;
  return isThere && snapshot.uid === currentUid(context, workload, to);
}

/**
 * The workloads that have to go back. Until the deployment is complete its code may still come: what nobody else owns is then
 * set and proven all the same, and a person is told.
 */
export function withoutUntouched(
  known: readonly AnsweredFact<'workload'>[],
  context: RollingContext,
): { facts: AnsweredFact<'workload'>[]; warnings: string[] } {
  const isOver = context.deployment.completedAt !== null;
  const untouched = known.filter((fact) => isUntouched(fact, context));
  return {
    facts: known.filter(
      (fact) => !untouched.includes(fact) || (!isOver && ownedWorkload(fact, context) === null),
    ),
    warnings: isOver ? [] : untouched.map((fact) => mayStillCome(fact, context)),
  };
}

function mayStillCome(
  { ask: { workload } }: AnsweredFact<'workload'>,
  { deployment }: RollingContext,
): string {
  const release = releaseName(deployment);
  return `${release} is not complete yet, and no other code of it is seen in ${workloadInWords(workload)}: if its pipeline still brings some out, stop the pipeline, for what has not been seen is not held.`;
}
