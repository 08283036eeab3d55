import type { EventType, StoredEvent } from '../audit/events.ts';
import type { IncidentMarkKind } from './incident.ts';

const kinds: Partial<Record<EventType, IncidentMarkKind>> = {
  'deployment.registered': 'deploy',
  'deployment.detected': 'deploy',
  'deployment.failed': 'failed',
  'deployment.acknowledged': 'acknowledged',
  'trigger.pending': 'pending',
  'trigger.fired': 'fired',
  'trigger.resolved': 'recovered',
  'trigger.trouble': 'unseen',
  'trigger.recovered': 'seen',
  'rollback.queued': 'asked',
  'rollback.undone': 'undone',
  'rollback.cancelled': 'undone',
  'rollback.planned': 'step',
  'rollback.refused': 'stopped',
  'rollback.step-started': 'step',
  'rollback.step-waiting': 'step',
  'rollback.step-applied': 'step',
  'rollback.step-failed': 'failed',
  'rollback.check-passed': 'check',
  'rollback.check-failed': 'failed',
  'rollback.passed': 'verified',
  'rollback.put-back': 'failed',
  'rollback.stopped': 'stopped',
  'rollback.resumed': 'command',
  'rollback.retried': 'command',
  'rollback.step-skipped': 'command',
  'rollback.hurried': 'command',
  'rollback.stop-asked': 'command',
};

/** What an event means on the axis. Of a decision its verdict tells. */
export function markKind(event: StoredEvent): IncidentMarkKind {
  if (event.type === 'decision.made') return decisionKind(event.data);
  return kinds[event.type] ?? 'note';
}

function decisionKind({ verdict, wanted }: StoredEvent['data']): IncidentMarkKind {
  if (verdict === 'wait') return 'restrained';
  if (verdict === 'suggest') return wanted === 'roll_back' ? 'restrained' : 'suggested';
  return verdict === 'roll_back' ? 'decision' : 'note';
}

/** The trigger an event is about. */
export function triggerOf({ data }: Pick<StoredEvent, 'data'>): string | null {
  return typeof data.trigger === 'string' ? data.trigger : null;
}
