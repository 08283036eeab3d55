import { expect, test } from 'vitest';
import { eventKinds, eventTypesOf, eventUrgencies } from './event-urgency.ts';
import { eventTypes } from './events.ts';

test('every type of event is of exactly one kind and one urgency', () => {
  const found = eventKinds.flatMap((kind) =>
    eventUrgencies.flatMap((urgency) => eventTypesOf(kind, urgency) ?? []),
  );
  expect(found.toSorted()).toEqual([...eventTypes].sort());
  expect(eventTypesOf(undefined, undefined)).toBeNull();
  expect(eventTypesOf('decision', 'done')).toEqual([]);
  expect(eventTypesOf('rollback', 'act')).toContain('rollback.stopped');
});
