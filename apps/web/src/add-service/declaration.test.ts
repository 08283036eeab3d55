import type { FoundWorkload } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { readDeclaration } from './read-declaration.ts';
import { writeDeclaration } from './write-declaration.ts';

const workload: FoundWorkload = {
  ...{
    namespace: 'shop',
    kind: 'StatefulSet',
    name: 'mail',
    wanted: 2,
    ready: 2,
    owner: null,
    service: null,
  },
  containers: [{ name: 'app', image: 'registry/mail:v1' }],
  readiness: { container: 'app', path: '/health', port: '8080', scheme: 'http' },
};
const trigger = {
  ...{ name: 'high_error_rate', threshold: 0.05, comparison: 'greater_than' as const, unit: 'ratio' },
  ...{ forDuration: 120, severity: 'auto_rollback' as const },
  query: 'sum(rate(http_requests_total{service="$SERVICE"}[2m]))',
};
const set = { name: 'default', triggers: [trigger, { ...trigger, name: 'other', query: 'up' }] };
const known = { cluster: 'main', workload, set, series: null };
const found = (label: string) => [{ metric: 'http_requests_total', label, value: 'mail', count: 4 }];

test('writes what its cluster shows, and reads it again as it is sent', () => {
  expect(readDeclaration(writeDeclaration(known))).toEqual({
    ...{ cluster: 'main', namespace: 'shop', name: 'mail' },
    input: {
      workloads: [{ kind: 'StatefulSet', name: 'mail' }],
      triggerSets: ['default'],
      checks: [{ name: 'ready', type: 'http', url: 'http://mail.shop.svc:8080/health' }],
    },
  });
});

test('proposes no check without a probe whose port is known', () => {
  const { readiness } = workload;
  for (const one of [null, readiness && { ...readiness, port: 'web' }])
    expect(writeDeclaration({ ...known, workload: { ...workload, readiness: one } })).not.toContain('checks');
});

test('asks by the label that the metric source really has', () => {
  expect(writeDeclaration({ ...known, series: found('service') })).not.toContain('triggers:');
  expect(writeDeclaration({ ...known, series: [] })).not.toContain('triggers:');
  expect(readDeclaration(writeDeclaration({ ...known, series: found('app') }))).toMatchObject({
    input: {
      triggers: [{ name: 'high_error_rate', query: 'sum(rate(http_requests_total{app="$SERVICE"}[2m]))' }],
    },
  });
});

test.each([
  ['a: [', /no YAML/, { line: 1, column: 5 }],
  ['- a', /must be a list of members/, null],
  ['kind: TriggerSet', /kind must be Service/, { line: 1, column: 7 }],
  ['kind: Service\nname: mail', /cluster\/namespace\/name/, { line: 2, column: 7 }],
  ['kind: Service\nname: a//b', /cluster\/namespace\/name/, { line: 2, column: 7 }],
])('says what is wrong with %j, and where', (text, words, place) => {
  expect(readDeclaration(text)).toMatchObject({ fault: expect.stringMatching(words), place });
});
