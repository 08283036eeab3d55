import type { Meaning } from '../meaning/meaning.ts';

const meanings: Record<string, Meaning> = {
  'deployment.failed': 'act',
  'deployment.verified': 'done',
  'deployment.unproven': 'unknown',
  'deployment.rolled-back': 'done',
  'trigger.pending': 'watch',
  'trigger.fired': 'act',
  'trigger.trouble': 'unknown',
  'decision.made': 'watch',
  'rollback.queued': 'act',
  'rollback.refused': 'act',
  'rollback.step-applied': 'done',
  'rollback.step-failed': 'act',
  'rollback.check-passed': 'done',
  'rollback.check-failed': 'act',
  'rollback.passed': 'done',
  'rollback.stopped': 'act',
  'rollback.taken-over': 'watch',
  'rollback.step-skipped': 'watch',
  'rollback.stop-asked': 'watch',
  'hold.placed': 'watch',
  'notification.failed': 'watch',
};

/** What an event of the timeline means for a reader; most mean nothing but that they happened. */
export const eventMeaning = (type: string): Meaning => meanings[type] ?? 'quiet';
