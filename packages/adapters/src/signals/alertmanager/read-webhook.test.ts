import { mostTold } from '@lastgood/domain/alert/told-alert';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWebhook } from './read-webhook.ts';

/* The body is as Alertmanager 0.25 sent it to a listener; what it sends to Lastgood is tested with the real one in the server. */
const alert = {
  status: 'firing',
  labels: { alertname: 'HighErrorRate', service: 'web' },
  annotations: { summary: 'Many errors' },
  startsAt: '2026-11-22T12:00:00.123456789+02:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
  fingerprint: '1a30ba71cca2921f',
};
const resolved = { ...alert, status: 'resolved', endsAt: '2026-11-22T10:30:00Z' };
const body = {
  ...{ receiver: 'lastgood', status: 'firing', alerts: [alert, resolved] },
  ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://alertmanager:9093' },
  ...{ version: '4', groupKey: '{}:{}', truncatedAlerts: 0 },
};
const read = (given: unknown) => readWebhook(Buffer.from(JSON.stringify(given)));
const leavesOut = (given: unknown) => {
  const reading = read(given);
  return reading.kind === 'told' ? reading.message : reading;
};

test('what it tells of each alert', () => {
  const told = {
    ...{ fingerprint: '1a30ba71cca2921f', labels: alert.labels, status: 'firing' },
    ...{ startsAt: Date.UTC(2026, 10, 22, 10, 0, 0, 123), endsAt: null },
  };
  const end = Date.UTC(2026, 10, 22, 10, 30);
  expect(read(body)).toEqual({
    kind: 'told',
    message: { alerts: [told, { ...told, status: 'resolved', endsAt: end }], leavesOut: null },
  });
});

test('an old version says nothing of what it cut off, and cuts nothing', () => {
  const { truncatedAlerts: _, ...old } = body;
  expect(leavesOut(old)).toMatchObject({ leavesOut: null });
});

const manyLong = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`part_${n}`, 'x'.repeat(1_000)]));

describe('what is left out is said, and the rest counts', () => {
  test.each<[string, object, number, string]>([
    ['by its webhook', { truncatedAlerts: 3 }, 2, '3 were cut off by max_alerts'],
    ['too many', { alerts: Array(mostTold.alerts + 1).fill(alert) }, mostTold.alerts, '2001 came at once'],
    ['no members', { alerts: [alert, null] }, 1, 'one has no members'],
    ['no status', { alerts: [alert, { ...alert, status: 'suppressed' }] }, 1, 'one has no status'],
    ['no fingerprint', { alerts: [{ ...alert, fingerprint: undefined }] }, 0, 'one has no fingerprint'],
    [
      'a fingerprint that is none',
      { alerts: [{ ...alert, fingerprint: '\0' }] },
      0,
      'one has no fingerprint',
    ],
    ['no labels', { alerts: [{ ...alert, labels: [] }] }, 0, 'one has no labels'],
    ['a label that is no text', { alerts: [{ ...alert, labels: { a: 1 } }] }, 0, 'a label that is no text'],
    [
      'many labels',
      { alerts: [{ ...alert, labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [n, ''])) }] },
      0,
      'more than 64 labels',
    ],
    [
      'much text in all labels together',
      { alerts: [alert, { ...alert, labels: { ...alert.labels, ...manyLong } }] },
      1,
      'one has labels of more than 8000 characters together (HighErrorRate)',
    ],
    [
      'and which',
      { alerts: [{ ...alert, labels: { ...alert.labels, retries: 1 } }] },
      0,
      'one has a label that is no text: retries (HighErrorRate)',
    ],
    ['no instant', { alerts: [{ ...alert, startsAt: 'yesterday' }] }, 0, 'no instant in startsAt'],
  ])('%s', (_what, over, alerts, why) => {
    const message = leavesOut({ ...body, ...over });
    expect(message).toMatchObject({ leavesOut: expect.stringContaining(why) });
    expect('alerts' in message && message.alerts).toHaveLength(alerts);
  });
});

test.each([
  ['statement', 'x'.repeat(1_001), 'HighErrorRate is kept without its label statement, which is too long'],
  ['x'.repeat(201), '', `HighErrorRate is kept without its label ${'x'.repeat(99)}…, which is too long`],
])('a label that no trigger can ask for is left out, and nothing else is in doubt', (name, text, why) => {
  const long = { ...alert, labels: { ...alert.labels, [name]: text } };
  expect(read({ ...body, alerts: [long, resolved] })).toEqual({
    kind: 'told',
    message: {
      leavesOut: null,
      alerts: [
        expect.objectContaining({ fingerprint: alert.fingerprint, labels: alert.labels }),
        expect.objectContaining({ status: 'resolved' }),
      ],
    },
    shortened: expect.stringContaining(why),
  });
});

describe('what cannot be read at all', () => {
  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.from(''), 'no JSON object'],
    ['no JSON', Buffer.from('{"version":"4"'), 'no JSON object'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'no JSON object'],
    ['a list', Buffer.from('[]'), 'no JSON object'],
    [
      'another version',
      Buffer.from('{"version":"5","alerts":[]}'),
      'version "4" of Alertmanager\'s webhook, but "5"',
    ],
    [
      'no version',
      Buffer.from('{"alerts":[]}'),
      'names no version, as version "4" of Alertmanager\'s webhook does.',
    ],
    ['no alerts', Buffer.from('{"version":"4"}'), 'no list "alerts"'],
    ['a text for a count', Buffer.from('{"version":"4","alerts":[],"truncatedAlerts":"1"}'), 'no number'],
    ['a deep one', Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'no JSON object'],
  ])('%s', (_what, given, reason) => {
    expect(readWebhook(given)).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });

  test('an instant of the year 1 or 9999999 is one that can be written', () => {
    const startsAt = '0001-01-01T00:00:00Z';
    expect(leavesOut({ ...body, alerts: [{ ...alert, startsAt }] })).toMatchObject({
      alerts: [{ startsAt: 0 }],
    });
    const endless = { ...resolved, endsAt: '+200000-01-01T00:00:00Z' };
    const message = leavesOut({ ...body, alerts: [endless] });
    expect('alerts' in message && new Date(message.alerts[0]?.endsAt ?? 0).getUTCFullYear()).toBe(9999);
  });
});

test('whatever is sent, it is read within its bounds or said to be unreadable', () => {
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(alert), fc.constant(resolved));
  const alerts = fc.oneof(fc.array(anything, { maxLength: 5 }), anything);
  const messages = fc.record(
    { version: fc.oneof(fc.constant('4'), anything), alerts, truncatedAlerts: anything },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(messages, anything), (given) => {
      const reading = read(given);
      if (reading.kind === 'unreadable') expect(reading.reason.length).toBeLessThan(200);
      for (const one of reading.kind === 'told' ? reading.message.alerts : []) {
        expect(['firing', 'resolved']).toContain(one.status);
        expect(Number.isSafeInteger(one.startsAt) && one.startsAt >= 0).toBe(true);
        expect(one.endsAt === null).toBe(one.status === 'firing');
      }
    }),
  );
});
