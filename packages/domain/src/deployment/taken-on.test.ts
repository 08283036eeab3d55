import { aDeployment, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { TriggerFact } from '../notification/facts.ts';
import { messageOf } from '../notification/message.ts';
import { takenOn } from './taken-on.ts';

const release = { ...aDeployment({ id: 'd2', version: 'v42' }), release: 42 };
const given = {
  ...{ by: 'ada', note: 'checking the queue', at: dayZero, until: dayZero + 30 * minute },
  breaches: ['errors', 'latency'].map((trigger) => ({ trigger, since: dayZero })),
};
const errors: TriggerFact = {
  ...{ name: 'errors', value: 0.2, threshold: 0.05, comparison: 'greater_than', unit: 'ratio' },
  ...{ words: null, since: dayZero - 2 * minute },
};

test('says who is at it, until when and with what, and that it fires on', () => {
  const told = takenOn(release, aService(), given, errors);
  expect(told).toMatchObject({ kind: 'taken_on', urgency: 'info', deploymentId: 'd2', runId: null });
  expect(told.ends).toEqual(['rollback_suggested', 'rollback_waits', 'rollback_failed', 'still_wrong']);
  const message = messageOf(told, null);
  expect(message).toMatchObject({
    ...{ stage: 'Somebody is at it', tone: 'under-way' },
    title: expect.stringMatching(/^web: ada is at it until \S+ \d\d:30:00 UTC: checking the queue$/),
    text: 'ada has taken on what fires of v42 (release 42): errors, latency. It fires on, and nothing else is held back by it.',
  });
  expect(Object.fromEntries(message.facts.map(({ name, value }) => [name, value]))).toMatchObject({
    Measured: '20 % (fires at > 5 %)',
    Next: expect.stringMatching(/^If it still fires, it calls again at \S+ \d\d:30:00 UTC\.$/),
  });
});

test('says no more than is known: no note, nothing measured', () => {
  const told = takenOn(release, aService(), { ...given, note: null }, null);
  expect(told.title).toMatch(/^web: ada is at it until \S+ \d\d:30:00 UTC$/);
  expect(told.facts?.trigger).toBeNull();
});

test('each word of it is another, the same is the same', () => {
  const keyAt = (at: number) => takenOn(release, aService(), { ...given, at }, null).key;
  expect(keyAt(dayZero)).toBe(keyAt(dayZero));
  expect(keyAt(dayZero + 1)).not.toBe(keyAt(dayZero));
});
