import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';

/* Receivers of people as a file writes them: what fits is opened, what does not is told with its path and without what is secret. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lastgood-told-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const env = { SMTP_PASSWORD: 'smtp-do-not-tell', TEAMS_URL: 'https://flow.example/w?sig=teams-do-not-tell' };

function load(notifiers: string) {
  writeFileSync(join(folder, 'lastgood.yaml'), `notifiers:\n${notifiers}`);
  return loadConfig({ env, cwd: folder, pid: 7 });
}

function faultsOf(notifiers: string) {
  try {
    load(notifiers);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

test('mail, Teams and Alertmanager are read with their secrets', () => {
  const { notifiers } = load(`
  - { kind: email, name: mail, host: smtp.example, user: me, password: { env: SMTP_PASSWORD }, from: a@example.com, to: [b@example.com] }
  - { kind: teams, name: teams, url: { env: TEAMS_URL }, channels: { shop: { env: TEAMS_URL } } }
  - { kind: alertmanager, name: alerts, urls: ["http://alerts:9093"], labels: { source: lastgood } }
`);
  expect(notifiers.map(({ kind, name }) => [kind, name])).toEqual([
    ['email', 'mail'],
    ['teams', 'teams'],
    ['alertmanager', 'alerts'],
  ]);
  expect(notifiers[0]?.settings).toMatchObject({ password: env.SMTP_PASSWORD });
  expect(notifiers[1]?.settings).toMatchObject({ url: env.TEAMS_URL, channels: { shop: env.TEAMS_URL } });
});

test('what does not fit is told by its path, and no secret with it', () => {
  const faults = faultsOf(`
  - { kind: email, name: mail, host: smtp.example, password: { env: SMTP_PASSWORD }, from: nobody, to: [] }
  - { kind: teams, name: teams, url: "teams-do-not-tell", channels: { shop: "shop-do-not-tell" } }
  - { kind: alertmanager, name: alerts, urls: ["alerts:9093"], severities: { page: "" } }
`);
  expect(faults.map(({ path }) => path).sort()).toEqual([
    'notifiers.0.from',
    'notifiers.0.to',
    'notifiers.1.channels.shop',
    'notifiers.1.url',
    'notifiers.2.severities.page',
    'notifiers.2.urls.0',
  ]);
  expect(JSON.stringify(faults)).not.toContain('do-not-tell');
});

test('settings that fit one by one and not together are told too', () => {
  const faults = faultsOf(
    '  - { kind: email, name: mail, host: h, user: me, password: p, tls: none, from: a@b.example, to: [a@b.example] }\n',
  );
  expect(faults).toEqual([
    expect.objectContaining({
      found: 'a password with tls none',
      expected: expect.stringContaining('starttls'),
    }),
  ]);
});
