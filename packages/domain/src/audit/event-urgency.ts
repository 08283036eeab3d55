import { type EventType, eventTypes } from './events.ts';

/** What an event asks of whoever reads it: to act, to watch, nothing because something is done, or nothing at all. */
export const eventUrgencies = ['act', 'watch', 'done', 'quiet'] as const;

export type EventUrgency = (typeof eventUrgencies)[number];

const urgencies: Partial<Record<EventType, EventUrgency>> = {
  'deployment.failed': 'act',
  'deployment.warned': 'watch',
  'service.shipped-triggers': 'watch',
  'trigger.pending': 'watch',
  'trigger.trouble': 'watch',
  'trigger.fired': 'act',
  'decision.made': 'act',
  'rollback.queued': 'act',
  'rollback.refused': 'act',
  'rollback.step-failed': 'act',
  'rollback.check-failed': 'act',
  'rollback.stopped': 'act',
  'rollback.put-back': 'act',
  'hold.ignored': 'act',
  'rollback.taken-over': 'watch',
  'rollback.step-skipped': 'watch',
  'rollback.hurried': 'watch',
  'rollback.stop-asked': 'watch',
  'notification.late': 'act',
  'notification.fell-back': 'watch',
  'notification.failed': 'act',
  'drill.overdue': 'watch',
  'deployment.verified': 'done',
  'deployment.rolled-back': 'done',
  'deployment.mended': 'done',
  'rollback.passed': 'done',
  'rollback.stayed': 'done',
  'drill.recorded': 'done',
};

export function eventUrgency(type: EventType): EventUrgency {
  return urgencies[type] ?? 'quiet';
}

/** The first word of an event's type: what it is about. */
export const eventKinds = [
  'service',
  'deployment',
  'trigger',
  'decision',
  'rollback',
  'hold',
  'workload',
  'drill',
  'notification',
] as const;

export type EventKind = (typeof eventKinds)[number];

/** The types of these kinds that have one of these urgencies; null where all are meant. */
export function eventTypesOf(
  kind: EventKind | undefined,
  urgency: EventUrgency | undefined,
): EventType[] | null {
  if (kind === undefined && urgency === undefined) return null;
  return eventTypes.filter(
    (type) =>
      (kind === undefined || type.startsWith(`${kind}.`)) &&
      (urgency === undefined || eventUrgency(type) === urgency),
  );
}
