import { eventAbout, type NewEvent } from '../audit/events.ts';
import { workloadInWords } from '../workload/workload.ts';
import { lastKnown } from './capture.ts';
import { type Deployment, workloadChanges } from './deployment.ts';

/**
 * An object that was deleted and created again is the same workload by its kind and name. A rollback is fenced by the object
 * that the newest deployment was last seen with, so older records follow as soon as it has been seen.
 *
 * @param known the newest deployment before this look
 * @param next what is the newest deployment after it
 */
export function recreatedEvents(
  known: Deployment,
  next: Pick<Deployment, 'id' | 'service' | 'changes'>,
  now: number,
): NewEvent[] {
  return workloadChanges(next).flatMap(({ target, before, after }) => {
    const [old, seen] = [lastKnown(known, target), after ?? before];
    if (!old || !seen || old.uid === seen.uid) return [];
    const template = old.templateDigest === seen.templateDigest ? 'the same' : 'another';
    const text = `${workloadInWords(target)} was deleted and created again with ${template} template: what is recorded of it holds for the new object.`;
    const about = { at: now, service: next.service, deploymentId: next.id };
    return [eventAbout({ ...about, type: 'workload.recreated', text, data: { uid: seen.uid } })];
  });
}
