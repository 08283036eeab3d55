import type { Notification } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Closable } from '../vendor.ts';
import { createAlertmanager } from './alertmanager/alertmanager.ts';
import { createGitHub } from './github/github.ts';
import { createGitLab } from './gitlab/gitlab.ts';
import { told } from './incident-harness.ts';
import { createOpsgenie } from './opsgenie/opsgenie.ts';
import { createPagerDuty } from './pagerduty/pagerduty.ts';
import { type Answer, type LocalReceiver, startReceiver } from './receiver-harness.ts';
import { createSlack } from './slack/slack.ts';
import { createSlackWebhook } from './slack-webhook/slack-webhook.ts';
import { createTeams } from './teams/teams.ts';

/* An address that leads to a login, or a proxy that has one before it, answers a success that is none: nobody has the page. */

const signal = () => new AbortController().signal;
const commit = '1f0c2a7b1f0c2a7b1f0c2a7b1f0c2a7b1f0c2a7b';
const verified = {
  ...{ kind: 'deployment_verified', urgency: 'info' },
  facts: { ...outgoing().notification.facts, from: { release: 42, version: 'v42', commit } },
} as Partial<Notification>;

type Made = [string, (url: string) => Closable<Notifier>, Partial<Notification>];
const all: Made[] = [
  ['slack', (url) => createSlack({ name: 'x', url, token: 'xoxb-1', channel: 'C0SHOP0001' }), told.suggested],
  ['slack-webhook', (url) => createSlackWebhook({ name: 'x', url: `${url}/services/T/B/x` }), told.suggested],
  ['teams', (url) => createTeams({ name: 'x', url: `${url}/w?sig=0123456789abcdef` }), told.suggested],
  ['pagerduty', (url) => createPagerDuty({ name: 'x', url, routingKey: 'a'.repeat(32) }), told.suggested],
  ['opsgenie', (url) => createOpsgenie({ name: 'x', url, apiKey: 'k' }, Date.now, 1), told.suggested],
  ['alertmanager', (url) => createAlertmanager({ name: 'x', urls: [url] }), told.suggested],
  ['github', (url) => createGitHub({ name: 'x', url, token: 't', repository: 'acme/shop' }), verified],
  ['gitlab', (url) => createGitLab({ name: 'x', url, token: 't', project: 'acme/shop' }), verified],
];

describe.each(all)('%s', (_kind, create, notification) => {
  let server: LocalReceiver;
  let notifier: Closable<Notifier>;
  beforeEach(async () => {
    server = await startReceiver(() => ({ status: 404 }));
    notifier = create(server.url);
  });
  afterEach(async () => {
    await notifier.close();
    await server.close();
  });

  const page = '<!DOCTYPE html>\n<html><body><form action="/login">Login please</form></body></html>';
  const html = { 'content-type': 'text/html; charset=utf-8' };
  it.each<[string, Answer]>([
    ['200', { status: 200, text: page, headers: html }],
    ['201', { status: 201, text: page, headers: html }],
    ['202 by another name', { status: 202, text: `\uFEFF\n${page}${' '.repeat(5_000)}`, headers: {} }],
  ])('has told nobody where it is answered a web page with %s', async (_what, answer) => {
    server.instead = answer;
    const delivery = await notifier.deliver(outgoing(notification), signal());
    expect(server.seen).not.toEqual([]);
    expect(delivery).toMatchObject({ reason: expect.stringMatching(/a web page|none of its Web API/) });
    expect(JSON.stringify(delivery)).not.toContain('Login please');
  });

  it('works by no probe that is answered so', async () => {
    server.instead = { status: 200, text: page, headers: html };
    const probed = (await notifier.probe?.(null, signal())) ?? 'none';
    // What cannot be asked without telling somebody is not.
    expect(probed === 'none').toBe(server.seen.length === 0);
  });
});
