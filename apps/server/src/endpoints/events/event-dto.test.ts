import { eventAbout, eventTypes, eventTypesOf } from '@lastgood/domain';
import { dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { changesOf } from '../../live/live-messages.ts';
import { toTimelineEvent } from './event-dto.ts';

test.each(eventTypes)(
  'the mark of %s is the urgency by which the log finds it, and what is told live',
  (type) => {
    const event = { ...eventAbout({ type, at: dayZero, service: 'main/shop/web', text: '' }), id: 1 };
    const { urgency } = toTimelineEvent(event);
    expect(eventTypesOf(undefined, urgency)).toContain(type);
    expect(changesOf(event)[0]?.urgency).toBe(urgency);
  },
);
