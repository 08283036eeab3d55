import type { AnsweredFact } from '../../need.ts';
import { changedElsewhere, currentUid, leftBehind, type RollingContext } from './needs.ts';
import { storedTemplate } from './stored-template.ts';

/**
 * Whether the deployment turned something else, brought no image, and left this workload as the target served it, as far as can be
 * seen before it is complete: there is nothing to take back, whoever owns it.
 */
export function isUntouched(
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
