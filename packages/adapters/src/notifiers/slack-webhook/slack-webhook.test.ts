import { notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Compile } from 'typebox/compile';
import { afterEach, describe, expect, it } from 'vitest';
import { type SlackWebhookSettings, slackWebhookSettings } from './settings.ts';
import { createSlackWebhook } from './slack-webhook.ts';
import { type Body, path, startHooks } from './slack-webhook-harness.ts';

const signal = () => new AbortController().signal;

const titleOf = ({ blocks }: Body) => blocks.find(({ type }) => type === 'header')?.text?.text ?? '';

notifierContract('an incoming webhook of Slack', async () => {
  const hooks = await startHooks();
  const wire = await startWire(Number(new URL(hooks.url).port), () => hooks.taken.length);
  const notifier = createSlackWebhook({ name: 'chat', url: `${wire.url}${path}` });
  const deadNotifier = createSlackWebhook({
    name: 'dead',
    url: `http://127.0.0.1:${await closedPort()}${path}`,
  });
  const sent: string[] = [];
  return {
    notifier: {
      ...notifier,
      // No message of a webhook has the key: Slack keeps nothing that people do not see.
      async deliver(given, to) {
        const taken = hooks.taken.length;
        const delivery = await notifier.deliver(given, to);
        if (hooks.taken.length > taken) sent[taken] = given.notification.key;
        return delivery;
      },
    },
    deadNotifier,
    wire,
    behave(mood) {
      hooks.fault = {
        accepts: null,
        fails: { status: 500, word: 'rollup_error' },
        refuses: { status: 410, word: 'channel_is_archived' },
      }[mood];
    },
    accepted: () => hooks.taken.map((body, at) => ({ key: sent[at] ?? '', title: titleOf(body) })),
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close()]);
      await wire.close();
      await hooks.close();
    },
  };
});

describe('an incoming webhook of Slack', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function start(over: Partial<SlackWebhookSettings> = {}) {
    const hooks = await startHooks();
    const webhook = createSlackWebhook({ name: 'chat', url: hooks.url, ...over });
    closing.push(hooks.close, webhook.close);
    return { hooks, webhook };
  }

  it('tells each stage in a message of its own, without a button that it cannot hear', async () => {
    const { hooks, webhook } = await start({ pageMentions: ['channel'] });
    const page = { kind: 'rollback_suggested', urgency: 'page', key: 's', title: 'cart is bad' } as const;
    const first = await webhook.deliver(outgoing(page), signal());
    expect(first).toEqual({ kind: 'delivered' });
    await webhook.deliver(outgoing(), signal());
    expect(hooks.taken.map(titleOf)).toEqual(['cart is bad', outgoing().message.title]);
    expect(hooks.taken.map((body) => JSON.stringify(body).includes('<!channel>'))).toEqual([true, false]);
    expect(JSON.stringify(hooks.taken)).not.toContain('lastgood_rollback');
    expect(Object.keys(hooks.taken[0] ?? {}).sort()).toEqual(['blocks', 'text']);
  });

  it.each([
    [404, 'no_service', 'make a new one and set its url'],
    [403, 'invalid_token', 'copy it anew'],
    [403, 'action_prohibited', 'ask its administrators'],
    [410, 'channel_is_archived', 'make a webhook for another one'],
    [400, 'invalid_payload', 'It said invalid_payload.'],
    [302, '', 'Redirects are not followed'],
    [404, '<html>not Slack</html>', 'The receiver answered HTTP 404 Not Found.'],
  ])(
    'is refused by %i %s, with what to change, and never tells its address',
    async (status, word, reason) => {
      const { hooks, webhook } = await start();
      hooks.fault = { status, word };
      const delivery = await webhook.deliver(outgoing(), signal());
      expect(delivery).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
      expect(JSON.stringify(delivery)).not.toMatch(/aBcDeF|html/);
    },
  );

  it.each([
    ['ok', 'Slack and Mattermost'],
    ['', 'a workflow of Slack'],
    ['{"success":true}', 'Rocket.Chat'],
    ['{"result":"success","msg":"","ok":true}', 'Zulip'],
  ])('has told it where it is answered %j, as by %s', async (word) => {
    const { hooks, webhook } = await start();
    hooks.fault = { status: 200, word };
    expect(await webhook.deliver(outgoing(), signal())).toEqual({ kind: 'delivered' });
  });

  it.each([
    ['{"success":false,"error":"x"}', 'something else'],
    ['{"ok":false,"error":"channel_not_found"}', 'something else'],
    ['<html>aBcDeF</html>', 'a web page'],
    ['no_service', 'It said no_service. The webhook was removed'],
    [`ok${' '.repeat(2_000)}<html>`, 'HTTP 200 OK'],
    [`${' '.repeat(2_000)}<html>`, 'something else'],
  ])('is refused by a success that says %j', async (word, reason) => {
    const { hooks, webhook } = await start();
    hooks.fault = { status: 200, word };
    const delivery = await webhook.deliver(outgoing(), signal());
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(delivery)).not.toContain('aBcDeF');
  });

  it('waits as long as it is asked to', async () => {
    const { hooks, webhook } = await start();
    hooks.fault = { status: 429, word: 'rate_limited', headers: { 'retry-after': '30' } };
    expect(await webhook.deliver(outgoing(), signal())).toMatchObject({ kind: 'retry', afterMs: 30_000 });
  });

  it('asks for another try of one that never answers', async () => {
    const server = await startLocalServer(() => {});
    const webhook = createSlackWebhook({ name: 'chat', url: `${server.url}${path}`, timeoutMs: 100 });
    closing.push(server.close, webhook.close);
    const delivery = await webhook.deliver(outgoing(), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
    expect(JSON.stringify(delivery)).not.toContain('aBcDeF');
  });

  it('writes to no other channel than its own', async () => {
    const { hooks, webhook } = await start();
    const delivery = await webhook.deliver(outgoing({}, { to: 'C0INCIDENTS' }), signal());
    expect(delivery).toEqual({ kind: 'refused', reason: expect.stringContaining('leave out to') });
    expect(hooks.taken).toEqual([]);
  });

  it('refuses settings that cannot work', () => {
    const schema = Compile(slackWebhookSettings);
    expect(schema.Check({ url: `https://hooks.slack.com${path}`, pageMentions: ['here'] })).toBe(true);
    expect(schema.Check({ url: 'hooks.slack.com' })).toBe(false);
    expect(schema.Check({ url: `https://hooks.slack.com${path}`, channel: '#ops' })).toBe(false);
  });
});
