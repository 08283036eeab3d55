import type { LiveChanged, Standing } from '@lastgood/api-client';

const calm: ReadonlySet<Standing['state']> = new Set([
  'starting',
  'deploying',
  'watched',
  'recorded',
  'quiet',
]);
const wasInTrouble: ReadonlySet<Standing['state']> = new Set(['pending', 'firing', 'acknowledged', 'unseen']);

/** What is said aloud when a service stands differently; null when there is nothing to say. It always names the service. */
export function standingNews(before: Standing | undefined, after: Standing): LiveChanged | null {
  if (before?.state === after.state) return null;
  if (!before && calm.has(after.state)) return null;
  if (before && calm.has(after.state) && !wasInTrouble.has(before.state)) return null;
  // A new release that is not judged yet is no recovery.
  if (after.state === 'starting' || after.state === 'deploying') return null;
  // A rollback speaks for itself, step by step.
  if (after.state === 'rolling_back') return null;
  return {
    type: 'changed',
    resource: 'service',
    id: after.service,
    service: after.service,
    text:
      calm.has(after.state) && before?.state !== 'unseen' ? `recovered: ${after.sentence}` : after.sentence,
    urgency: calm.has(after.state) ? 'done' : after.meaning === 'act' ? 'act' : 'watch',
  };
}
