import type { ServiceKey } from '../service/service.ts';

/** Past tense, append-only: the timeline of a service and what the live socket tails. */
export const eventTypes = [
  'service.applied',
  'service.deleted',
  'service.shipped-triggers',
  'deployment.registered',
  'deployment.detected',
  'deployment.warned',
  'deployment.judged-anew',
  'deployment.reported',
  'deployment.completed',
  'deployment.failed',
  'deployment.superseded',
  'deployment.stands-again',
  'deployment.verified',
  'deployment.unproven',
  'deployment.mended',
  'deployment.rolled-back',
  'deployment.acknowledged',
  'deployment.acknowledgement-ended',
  'deployment.marked',
  'deployment.unmarked',
  'trigger.pending',
  'trigger.fired',
  'trigger.resolved',
  'trigger.ended',
  'trigger.trouble',
  'trigger.recovered',
  'decision.made',
  'rollback.queued',
  'rollback.undone',
  'rollback.planned',
  'rollback.refused',
  'rollback.step-started',
  'rollback.step-waiting',
  'rollback.step-applied',
  'rollback.step-failed',
  'rollback.taken-over',
  'rollback.lastgood-away',
  'rollback.check-passed',
  'rollback.check-failed',
  'rollback.passed',
  'rollback.put-back',
  'rollback.stayed',
  'rollback.stopped',
  'rollback.resumed',
  'rollback.retried',
  'rollback.step-skipped',
  'rollback.hurried',
  'rollback.stop-asked',
  'rollback.reason-edited',
  'rollback.signed',
  'rollback.cancelled',
  'hold.placed',
  'hold.released',
  'hold.kept',
  'hold.ignored',
  'workload.recreated',
  'drill.recorded',
  'drill.overdue',
  'drill.over',
  'notification.delivered',
  'notification.late',
  'notification.fell-back',
  'notification.overtaken',
  'notification.failed',
] as const;

export type EventType = (typeof eventTypes)[number];

export interface NewEvent {
  type: EventType;
  at: number;
  service: ServiceKey;
  deploymentId: string | null;
  runId: string | null;
  /** One line for the timeline. */
  text: string;
  data: Record<string, unknown>;
}

type Optional = 'deploymentId' | 'runId' | 'data';

/** An event about a service, and of it a deployment, a run. */
export function eventAbout(event: Omit<NewEvent, Optional> & Partial<Pick<NewEvent, Optional>>): NewEvent {
  const { type, at, service, deploymentId = null, runId = null, text, data = {} } = event;
  return { type, at, service, deploymentId, runId, text, data };
}

/** An event as stored; `id` grows with time. */
export interface StoredEvent extends NewEvent {
  id: number;
}
