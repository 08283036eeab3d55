import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { ServiceKey } from '../service/service.ts';
import { practiceInWords, type RecordedDrill } from './practice.ts';

/** What the log says of it. @param now when it was recorded, epoch milliseconds: it may have been held long before */
export function recordedEvent(
  service: ServiceKey,
  id: string,
  drill: Omit<RecordedDrill, 'kind'>,
  now: number,
): NewEvent {
  const { at, by, note, tookMs } = drill;
  const name = service.split('/').at(-1) ?? service;
  return eventAbout({
    ...{ type: 'drill.recorded', at: now, service },
    text: `A drill of ${name} was held elsewhere. ${practiceInWords({ kind: 'recorded', ...drill })}`,
    data: { drill: id, heldAt: at, by, note, tookMs },
  });
}
