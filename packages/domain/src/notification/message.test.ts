import { expect, test } from 'vitest';
import type { NotificationFacts } from './facts.ts';
import { messageLabels, messageOf } from './message.ts';
import type { Notification } from './notification.ts';
import { nobody, sampleIncident } from './sample.ts';

const at = Date.parse('2026-11-30T03:04:05Z');
const { begins: sample } = sampleIncident(nobody, '1', at);
if (!sample.facts) throw new Error('a sample has facts');
const { facts: known } = sample;

function factsOf(over: Partial<NotificationFacts>): Record<string, string> {
  const { facts } = messageOf({ ...sample, facts: { ...known, ...over } } as Notification, null);
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}

test('says since when and for how long, with its day: it may be read on another', () => {
  expect(factsOf({})).toMatchObject({
    Version: 'v2 → v1 (release 2 → 1)',
    Trigger: 'high_error_rate',
    Measured: '8.2 % (fires at > 5 %)',
    Since: '2026-11-30 03:02:05 UTC (for 2 min)',
  });
});

test.each(['rolled_back', 'rollback_failed', 'rollback_notice'] as const)(
  'says no breach goes on in %s',
  (kind) => {
    const { facts, brief } = messageOf({ ...sample, kind }, null);
    expect(facts.map(({ value }) => value)).toContain('8.2 % (fires at > 5 %), before the rollback');
    expect(brief).toContain('high_error_rate 8.2 % > 5 %, before the rollback');
    expect(facts).toContainEqual({ name: 'Since', value: '2026-11-30 03:02:05 UTC' });
  },
);

test('tells since when it counts alerts apart from since when they say that they fire', () => {
  const { trigger } = known;
  if (!trigger) throw new Error('the sample has a trigger');
  const facts = factsOf({ trigger: { ...trigger, value: 1, threshold: 0, unit: 'alerts' } });
  expect(facts).toMatchObject({ 'Counted since': '2026-11-30 03:02:05 UTC (for 2 min)' });
  expect(facts).not.toHaveProperty('Since');
});

test('leaves the words of people as they are, whatever looks like a span in them', () => {
  const title = 'Note: it is not mine (needed 12:30:00) see for 10:30 (needed 2:00)';
  for (const kind of ['rollback_notice', 'rollback_suggested', 'taken_on'] as const)
    expect(messageOf({ ...sample, kind, title, text: `Ada: ${title}` }, null)).toMatchObject({
      ...{ title, text: `Ada: ${title}`, textAlone: `Ada: ${title}` },
    });
});

test('suggests no rollback where there is nothing to go back to', () => {
  const { stage, stageWithNext } = messageOf(
    { ...sample, facts: { ...known, to: null, next: null, nothingToGoBackTo: true } },
    null,
  );
  expect([stage, stageWithNext]).toEqual([
    'Test: Nothing to go back to',
    'Nothing to go back to, waits for a person',
  ]);
});

test('what quiet hours held back says when it was true, and tells nothing of it as present', () => {
  const next = { text: 'It goes on by itself through 4 steps.', at: null };
  const { test: _test, ...real } = sample;
  const held = { ...real, kind: 'rolling_back', urgency: 'info', heldBack: true } as const;
  const message = messageOf({ ...held, title: 'Rolling cart back.', facts: { ...known, next } }, null);
  expect(message).toMatchObject({
    stage: 'Held back: Rolling back',
    stageWithNext: 'Held back: Rolling back',
    tone: 'plain',
    title: 'Held in quiet hours, this was at 2026-11-30 03:04:05 UTC: Rolling cart back.',
    brief: [
      'Held in quiet hours, this was at 2026-11-30 03:04:05 UTC: Rolling cart back',
      'high_error_rate 8.2 % > 5 %',
      'test',
      'It is told as it was then and may be otherwise by now: Lastgood shows how it stands',
    ],
  });
  expect(Object.fromEntries(message.facts.map(({ name, value }) => [name, value]))).toMatchObject({
    Measured: '8.2 % (fires at > 5 %), then',
    Since: '2026-11-30 03:02:05 UTC',
    Next: 'It is told as it was then and may be otherwise by now: Lastgood shows how it stands.',
  });
  expect(JSON.stringify(message)).not.toContain('through 4 steps');
  const lost = messageOf({ ...held, kind: 'readiness_lost', facts: { ...known, next: null } }, null);
  expect(JSON.stringify(lost)).not.toContain('waits for a person');
});

test('says no breach goes on where a rollback goes on that had stopped', () => {
  const { trigger } = known;
  if (!trigger) throw new Error('the sample has a trigger');
  const goesOn = { ...sample, kind: 'rolling_back', urgency: 'info' } as const;
  const { facts, brief } = messageOf(
    { ...goesOn, facts: { ...known, trigger: { ...trigger, isPast: true } } },
    null,
  );
  expect(facts).toContainEqual({ name: 'Since', value: '2026-11-30 03:02:05 UTC' });
  expect(facts.map(({ value }) => value)).toContain('8.2 % (fires at > 5 %), before the rollback');
  expect(brief).toContain('high_error_rate 8.2 % > 5 %, before the rollback');
});

test.each([
  [null, 'Nothing happens by itself: it waits for a person.'],
  [{ text: 'It goes on.', at: null }, 'It goes on.'],
  [{ text: 'It rolls back.', at: at + 60_000 }, 'It rolls back at 2026-11-30 03:05:05 UTC.'],
])('says what follows of %j', (next, words) => expect(factsOf({ next }).Next).toBe(words));

test('says that nothing was measured, or what was said instead of a number', () => {
  const { trigger } = known;
  if (!trigger) throw new Error('the sample has a trigger');
  const measured = (over: Partial<typeof trigger>) => factsOf({ trigger: { ...trigger, ...over } }).Measured;
  expect(measured({ value: null })).toBe('not measured (fires at > 5 %)');
  expect(measured({ value: 1, threshold: 3, unit: 'restarts' })).toBe('1 restart (fires at > 3 restarts)');
  expect(measured({ words: 'no data (fires at > 5 %)' })).toBe('no data (fires at > 5 %)');
});

test.each([
  [{}, 'sample (test) v2'],
  [{ from: { release: 7, version: null, commit: null } }, 'sample (test) release 7'],
  [{ from: { release: null, version: null, commit: null } }, 'sample (test) deployment/test-1'],
  [{ from: null }, 'sample (test) deployment/test-1'],
])('names the incident where %j is known', (over, subject) =>
  expect(messageOf({ ...sample, facts: { ...known, ...over } } as Notification, null).subject).toBe(
    `${subject}: high_error_rate 8.2 % > 5 %`,
  ),
);

test('has a text for beside its facts, and one that stands alone', () => {
  const sentence =
    'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): rolling back to v1. Although it is late.';
  const facts = { ...known, beside: 'Although it is late.' };
  expect(messageOf({ ...sample, kind: 'rolling_back', text: sentence, facts }, null)).toMatchObject({
    text: 'Although it is late.',
    textAlone:
      'high_error_rate 8.2 % > 5 % for 2 min (needed 2 min): rolling back to v1. Although it is late.',
  });
});

test('says all of it in a line', () => {
  const briefOf = (over: Partial<NotificationFacts>) =>
    messageOf({ ...sample, title: 'cart is bad.', facts: { ...known, ...over } } as Notification, null).brief;
  expect(briefOf({ next: null })).toEqual([
    ...['cart is bad', 'high_error_rate 8.2 % > 5 %', 'test', 'waits for a person'],
  ]);
  const { trigger } = known;
  if (!trigger) throw new Error('the sample has a trigger');
  expect(briefOf({ trigger: { ...trigger, value: 0.01 } })[1]).toBe('high_error_rate 1 % (fires at > 5 %)');
  expect(briefOf({ trigger: { ...trigger, value: null } })[1]).toBe(
    'high_error_rate not measured (fires at > 5 %)',
  );
  expect(briefOf({ trigger: null, next: { text: 'It rolls back.', at } })).toEqual([
    ...['cart is bad', 'test', 'It rolls back at 2026-11-30 03:04:05 UTC'],
  ]);
});

test('says beside a stage that it waits for a person where one has to act', () => {
  const said = (over: Partial<Notification>) => messageOf({ ...sample, ...over }, null).stageWithNext;
  const facts = { ...known, next: null };
  expect(said({ facts })).toBe('Rollback suggested, waits for a person');
  expect(said({})).toBe('Rollback suggested');
  expect(said({ kind: 'rolled_back', facts })).toBe('Rolled back and verified');
});

test('numbers the steps of a plan, and says how many are left out', () => {
  const plan = (count: number) =>
    messageOf({ ...sample, facts: { ...known, plan: Array(count).fill('Do') } } as Notification, null).plan;
  expect(plan(2)).toEqual(['1. Do', '2. Do']);
  expect(plan(8).at(-1)).toBe('8. Do');
  expect(plan(10).slice(-2)).toEqual(['8. Do', 'and 2 more']);
});

test('without facts it says what is known', () => {
  const { facts: _, test: _asked, ...bare } = sample;
  expect(messageOf(bare, 'https://lastgood.example')).toMatchObject({
    ...{ service: 'test/test/sample', where: 'test/test/sample', environment: null, team: null },
    ...{ subject: 'test/test/sample deployment/test-1', facts: [], plan: [], labels: messageLabels },
    link: 'https://lastgood.example/deployments/test-1',
  });
});

test('shows nothing that cannot be seen', () => {
  const odd = 'a\u202eb\r\nc\u200b';
  const { title, text, service, where } = messageOf(
    {
      ...sample,
      title: odd,
      text: odd,
      facts: { ...known, service: { name: odd, environment: odd, team: null } },
    },
    null,
  );
  expect([title, text, service, where]).toEqual(['ab c', 'ab\nc', 'ab c', 'ab c · ab c']);
});
