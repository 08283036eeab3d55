import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'lastgood-routes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = `whsec_${Buffer.alloc(24).toString('base64')}`;

function load(routes: string) {
  const notifier = `{ kind: webhook, name: chat, url: "https://hooks.example", secret: ${secret} }`;
  const lines = ['notifiers:', `  - ${notifier}`, 'notifications:', '  routes:', routes];
  writeFileSync(join(folder, 'lastgood.yaml'), lines.join('\n'));
  return loadConfig({ env: {}, cwd: folder, pid: 1 });
}

const faultsOf = (routes: string) => {
  try {
    load(routes);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
};

test('routes are read as they are written', () => {
  const route = '{ to: [{ notifier: chat, to: "#ops" }], events: [suggested], environments: [production] }';
  expect(load(`    - ${route}`).notifications.routes).toEqual([
    { to: [{ notifier: 'chat', to: '#ops' }], events: ['suggested'], environments: ['production'] },
  ]);
});

test('a notifier and a timezone that are not there are told with their path', () => {
  const night = '{ from: "22:00", to: "07:00", timezone: Europe/Berln }';
  const route = `{ to: [{ notifier: chat }, { notifier: chta }], quietHours: ${night} }`;
  expect(faultsOf(`    - ${route}`)).toEqual([
    {
      path: 'notifications.routes.0.to.1.notifier',
      found: '"chta"',
      expected: 'a notifier of this configuration: chat',
    },
    {
      path: 'notifications.routes.0.quietHours.timezone',
      found: '"Europe/Berln"',
      expected: 'a timezone by its IANA name, such as Europe/Berlin',
    },
  ]);
});

test.each([
  [
    'an event nobody knows',
    '{ to: [{ notifier: chat }], events: [sugested] }',
    'notifications.routes.0.events',
  ],
  ['no place', '{ to: [] }', 'notifications.routes.0.to'],
  [
    'a time no clock shows',
    '{ to: [{ notifier: chat }], quietHours: { from: "25:00", to: "07:00", timezone: UTC } }',
    'notifications.routes.0.quietHours.from',
  ],
])('a route with %s is refused', (_words, route, path) => {
  expect(faultsOf(`    - ${route}`).map((fault) => fault.path.slice(0, path.length))).toContain(path);
});
