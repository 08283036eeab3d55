import type { AlertsQuestion, AlertsSeen } from '@lastgood/domain';
import { expect, test } from 'vitest';
import { withTellers } from './with-tellers.ts';

const teller = { title: 'Alertmanager', eachMinute: 'with a setting' };
const seen = (source: string): AlertsSeen => ({
  ...{ source, at: 0, heardAt: null, firing: 0, unsure: 0, unheard: null, alerts: [] },
});
const question = (source: string): AlertsQuestion => ({
  ...{ source, labels: {}, withinMs: 300_000, about: 'now', unknown: null },
});

test('an answer says who tells it, where that is configured', async () => {
  const { readAlerts } = withTellers(
    { readAlerts: async (questions) => questions.map(({ source }) => seen(source)) },
    new Map([['main', { teller }]]),
  );
  expect(await readAlerts([question('main'), question('gone')], 0, new AbortController().signal)).toEqual([
    { ...seen('main'), teller },
    seen('gone'),
  ]);
});
