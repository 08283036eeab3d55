import type { TimelineEvent } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { toCsv, toJsonLines } from './export-events.ts';

const event = (text: string): TimelineEvent => ({
  ...{ id: 1, at: '2026-01-05T12:00:00.000Z', type: 'trigger.fired', service: 'prod/shop/web', text },
  ...{ deploymentId: 'd-1', runId: null, urgency: 'act' },
});

test.each([
  ['a, b', '"a, b"'],
  ['he said "no"', '"he said ""no"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['-1 of 2', "'-1 of 2"],
])('%j is one cell', (text, cell) => {
  expect(toCsv([event(text)])).toBe(
    `at,type,service,deploymentId,runId,text\r\n2026-01-05T12:00:00.000Z,trigger.fired,prod/shop/web,d-1,,${cell}\r\n`,
  );
});

test('one line of JSON for each event', () => {
  const lines = toJsonLines([event('a\nb'), event('c')])
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => (JSON.parse(line) as TimelineEvent).text)).toEqual(['a\nb', 'c']);
});
