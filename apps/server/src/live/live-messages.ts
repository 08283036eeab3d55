import { eventUrgency, type StoredEvent } from '@lastgood/domain';
import type { LiveReadingRow } from '@lastgood/store/views/view-rows';
import { holdLeftMs, toReadingDto } from '../endpoints/deployments/trigger-dto.ts';
import { iso, seconds } from '../wire/instant.ts';
import type { LiveChanged, LiveFleet, LiveHeartbeat, LiveReading, LiveStanding } from './live-schema.ts';

export type LiveMessage = LiveReading | LiveChanged | LiveStanding | LiveFleet | LiveHeartbeat;

type Urgency = LiveChanged['urgency'];

/** What an event makes stale on screens: its own thing first, then the pages that show it. */
export function changesOf(event: StoredEvent): LiveChanged[] {
  const { service, deploymentId, runId, text } = event;
  const urgency = eventUrgency(event.type);
  const said = { type: 'changed', service, text, urgency } as const;
  const silent = { type: 'changed', service, text: null, urgency: 'quiet' } as const;
  const [family] = event.type.split('.');
  switch (family) {
    case 'rollback':
      return [
        { ...said, resource: 'run', id: runId ?? '' },
        ...(deploymentId ? [{ ...silent, resource: 'deployment' as const, id: deploymentId }] : []),
      ];
    case 'hold':
      return [
        { ...said, resource: 'hold', id: deploymentId ?? service },
        { ...silent, resource: 'service', id: service },
      ];
    case 'notification':
      return [{ ...said, resource: 'status', id: 'status' }];
    case 'service':
    case 'drill':
      return [{ ...said, resource: 'service', id: service }];
    default:
      return [
        { ...said, resource: 'deployment', id: deploymentId ?? service },
        ...(family === 'deployment' ? [{ ...silent, resource: 'service' as const, id: service }] : []),
      ];
  }
}

export function toLiveReading(row: LiveReadingRow): LiveReading {
  return {
    type: 'reading',
    service: row.service,
    deploymentId: row.deploymentId,
    trigger: row.trigger,
    at: iso(row.slot),
    reading: toReadingDto(row.reading, row, row.partWords, row.words),
    threshold: row.threshold,
    comparison: row.comparison,
    unit: row.unit,
    phase: row.phase,
    heldSeconds: seconds(row.heldMs),
    forSeconds: seconds(row.forMs),
    holdLeftSeconds: seconds(holdLeftMs(row.phase, row.heldMs, row.forMs)),
    trouble: row.troubleReason,
    frozen: row.standsStill,
    lateMs: row.lateMs,
  };
}

/** Adds messages to what waits to be sent: one per key, the newest, but a graver text is not lost to a later hint. */
export function merge<Message extends LiveMessage>(
  waiting: Map<string, Message>,
  messages: readonly Message[],
): void {
  for (const message of messages) {
    const key = messageKey(message);
    if (message.type !== 'changed' || !isGraver(waiting.get(key), message)) waiting.set(key, message);
  }
}

function isGraver(before: LiveMessage | undefined, message: LiveChanged): boolean {
  return before?.type === 'changed' && weight(before) > weight(message);
}

const urgencyWeight: Record<Urgency, number> = { quiet: 1, done: 2, watch: 3, act: 4 };

function weight(message: LiveChanged): number {
  return message.text === null ? 0 : urgencyWeight[message.urgency];
}

/** Messages of one key replace each other. */
function messageKey(message: LiveMessage): string {
  switch (message.type) {
    case 'reading':
      return `reading ${message.deploymentId} ${message.trigger}`;
    case 'changed':
      return `changed ${message.resource} ${message.id}`;
    case 'standing':
      return `standing ${message.standing.service}`;
    case 'fleet':
    case 'heartbeat':
      return message.type;
  }
}

/** Whether a client that looks at one deployment wants what is no reading. */
export function concerns(
  message: Exclude<LiveMessage, LiveReading>,
  deployment: string,
  service: string | null,
): boolean {
  if (message.type === 'heartbeat' || message.type === 'fleet') return true;
  if (message.type === 'standing') return message.standing.service === service;
  return message.id === deployment || message.resource === 'status' || message.service === service;
}
