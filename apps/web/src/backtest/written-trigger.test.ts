import { expect, test } from 'vitest';
import { readTrigger, writeTrigger } from './written-trigger.ts';

const trigger = {
  ...{ name: 'errors', query: 'sum(up)', threshold: 5, forDuration: 120 },
  ...{ comparison: 'greater_than' as const, severity: 'log_only' as const },
};

test('reads what it writes', () => expect(readTrigger(writeTrigger(trigger))).toEqual({ trigger }));

test.each([
  ['triggers: [', { fault: expect.stringMatching(/^It is no YAML: .*\]\.$/), place: { line: 1 } }],
  ['triggers: []', { fault: expect.stringContaining('one trigger'), place: null }],
  ['name: errors', { fault: expect.stringContaining('one trigger'), place: null }],
  ['', { fault: expect.stringContaining('one trigger'), place: null }],
])('says what is wrong with %j', (text, fault) => expect(readTrigger(text)).toMatchObject(fault));
