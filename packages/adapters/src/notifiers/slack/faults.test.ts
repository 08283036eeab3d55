import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import type { SlackServer } from '@lastgood/testkit/servers/slack-server';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackSettings } from './settings.ts';
import { createSlack } from './slack.ts';
import { channel, post, signal, useSlack } from './slack-harness.ts';

/* What Slack answers when something is wrong: https://docs.slack.dev/reference/methods/chat.postMessage#errors */

describe('Slack', () => {
  const { slack: opened, notifier } = useSlack();
  let slack: SlackServer;
  beforeEach(() => {
    slack = opened();
  });

  it.each([
    ['invalid_auth', 'Set the bot token of the app anew.'],
    ['channel_not_found', 'invite the app, and write the ID'],
    ['not_in_channel', 'Invite the app to the channel.'],
    ['is_archived', 'choose another one'],
    ['a_word_of_tomorrow', 'Slack answered a_word_of_tomorrow.'],
  ])('is refused for %s, with what to change', async (fault, reason) => {
    slack.befalls = [{ method: post, fault }];
    expect(await notifier().deliver(outgoing(), signal())).toEqual({
      kind: 'refused',
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ['ratelimited', { kind: 'retry', afterMs: null }],
    ['internal_error', { kind: 'retry', afterMs: null }],
    // A workspace that moves into an organization and is back afterwards.
    ['team_added_to_org', { kind: 'retry' }],
    ['org_login_required', { kind: 'retry' }],
    [503, { kind: 'retry', reason: 'Slack answered HTTP 503 Service Unavailable.' }],
    [403, { kind: 'refused' }],
    [302, { kind: 'refused', reason: expect.stringContaining('Redirects are not followed') }],
  ])('takes %s for what it is', async (fault, delivery) => {
    slack.befalls = [{ method: post, fault }];
    expect(await notifier().deliver(outgoing(), signal())).toMatchObject(delivery);
    expect(slack.calls).toHaveLength(1);
  });

  it.each([
    ['30', 30_000],
    ['86400', 600_000],
  ])('waits as long as Slack asks, %s s, ten minutes at the most', async (retryAfter, afterMs) => {
    slack.befalls = [{ method: post, fault: 429, retryAfter }];
    expect(await notifier().deliver(outgoing(), signal())).toMatchObject({ kind: 'retry', afterMs });
  });

  it('never tells its token, though what answers says it', async () => {
    slack.befalls = [{ method: post, fault: `bad_token:${slack.token}` }];
    expect(await notifier().deliver(outgoing(), signal())).toEqual({
      kind: 'refused',
      reason: 'Slack answered bad_token:….',
    });
  });

  it('asks for another try of a Slack that hangs, and never tells its token', async () => {
    slack.befalls = [{ method: post, fault: 'hang' }];
    const delivery = await notifier({ timeoutMs: 100 }).deliver(outgoing(), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
    expect(JSON.stringify(delivery)).not.toContain(slack.token);
  });

  it('refuses a channel by its name, and none at all, and asks nobody', async () => {
    const named = await notifier().deliver(outgoing({}, { to: '#incidents' }), signal());
    expect(named).toEqual({ kind: 'refused', reason: expect.stringContaining("Write the channel's ID") });
    const nowhere = createSlack({ name: 'chat', token: slack.token, url: slack.api });
    const none = await nowhere.deliver(outgoing(), signal());
    await nowhere.close();
    expect(none).toEqual({ kind: 'refused', reason: expect.stringContaining('set channel') });
    expect(slack.calls).toEqual([]);
  });

  describe('its probe', () => {
    const probe = (to: string | null = null, over: Partial<SlackSettings> = {}) =>
      notifier(over).probe?.(to, signal());

    it('finds nothing wrong with what works, and tells nobody', async () => {
      expect(await probe()).toBeNull();
      expect(await probe(channel)).toBeNull();
      expect(slack.messages).toEqual([]);
    });

    it('names the token where it is wrong or may not write', async () => {
      const fault = await probe(null, { token: 'xoxb-of-another' });
      expect(fault).toEqual({
        setting: 'token',
        reason: 'Slack answered invalid_auth.',
        advice: 'Set the bot token of the app anew.',
      });
      slack.scopes = ['channels:read'];
      expect(await probe()).toMatchObject({
        setting: 'token',
        reason: expect.stringContaining('chat:write'),
      });
    });

    it.each([
      ['a channel that is not there', 'C0NOWHERE0', {}, 'Slack answered channel_not_found.'],
      ['a name', '#incidents', {}, '“#incidents” is not the ID of a channel.'],
      [
        'one that is archived',
        channel,
        { is_archived: true },
        'The channel C0INCIDENTS (#incidents) is archived.',
      ],
      ['one that the app is not in', channel, { is_member: false }, 'The app is not in the channel'],
    ])('names the place where it is %s', async (_what, to, over, reason) => {
      slack.channels.set(channel, { name: 'incidents', is_archived: false, is_member: true, ...over });
      const fault = await probe(to);
      expect(fault).toMatchObject({ setting: null, reason: expect.stringContaining(reason) });
      expect(fault).toMatchObject({ advice: expect.stringMatching(/\w.*\.$/) });
    });

    it('says that no channel is named where neither the settings nor the route do', async () => {
      const nowhere = createSlack({ name: 'chat', token: slack.token, url: slack.api });
      expect(await nowhere.probe?.(null, signal())).toMatchObject({
        ...{ setting: 'channel', unplaced: true, reason: 'No channel is named.' },
      });
    });

    it.each([429, 503] as const)('takes a %i for no word on its settings', async (fault) => {
      slack.befalls = [{ method: 'auth.test', fault }];
      expect(await probe()).toBe('unknown');
    });

    it('says nothing of what it may not look at', async () => {
      slack.scopes = ['chat:write'];
      expect(await probe(channel)).toBeNull();
      expect(await probe(null, { url: `http://127.0.0.1:${await closedPort()}` })).toBe('unknown');
    });
  });
});
