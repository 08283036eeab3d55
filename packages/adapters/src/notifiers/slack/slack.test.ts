import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import {
  type SlackMessage,
  type SlackServer,
  startSlackServer,
} from '@lastgood/testkit/servers/slack-server';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SlackSettings, slackSettings } from './settings.ts';
import { createSlack } from './slack.ts';

/* Against a small server that answers as https://docs.slack.dev/reference/methods describes each method. */

const channel = 'C0INCIDENTS';
const signal = () => new AbortController().signal;
const page = { kind: 'rollback_suggested', urgency: 'page', runId: null } as const;

notifierContract('Slack', async () => {
  const slack = await startSlackServer();
  const settings = { name: 'chat', token: slack.token, channel };
  const notifier = createSlack({ ...settings, url: slack.api });
  const deadNotifier = createSlack({ ...settings, url: `http://127.0.0.1:${await closedPort()}/api` });
  return {
    notifier,
    deadNotifier,
    behave(mood) {
      slack.befalls = mood === 'fails' ? [{ method: 'chat.postMessage', fault: 503 }] : [];
      slack.channels.set(channel, { name: 'incidents', is_archived: mood === 'refuses', is_member: true });
    },
    accepted: () => headsOf(slack).map((one) => ({ key: keyOf(one), title: titleOf(one) })),
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close()]);
      await slack.close();
    },
  };
});

function headsOf({ messages }: SlackServer): SlackMessage[] {
  return messages.filter(({ thread_ts }) => thread_ts === null);
}

function repliesOf({ messages }: SlackServer): SlackMessage[] {
  return messages.filter(({ thread_ts }) => thread_ts !== null);
}

function keyOf({ metadata }: SlackMessage): string {
  return metadata?.event_payload.key ?? '';
}

function titleOf({ blocks }: SlackMessage): string {
  const header = blocks.find(({ type }) => type === 'header') as { text?: { text: string } } | undefined;
  return header?.text?.text ?? '';
}

function buttonsOf({ blocks }: SlackMessage): unknown[] {
  return blocks.flatMap((block) =>
    block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [],
  );
}

describe('Slack', () => {
  let slack: SlackServer;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    slack = await startSlackServer();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await slack.close();
  });

  function notifier(over: Partial<SlackSettings> = {}, now?: () => number) {
    const made = createSlack({ name: 'chat', token: slack.token, channel, url: slack.api, ...over }, now);
    closing.push(made.close);
    return made;
  }

  /** Delivers, and gives what has to arrive its receipt. */
  async function delivered(to: ReturnType<typeof createSlack>, given: ReturnType<typeof outgoing>) {
    const delivery = await to.deliver(given, signal());
    expect(delivery).toMatchObject({ kind: 'delivered' });
    return delivery.kind === 'delivered' && delivery.receipt ? delivery.receipt : {};
  }

  it('shows an incident in one message that goes with it, and each stage in its thread', async () => {
    const chat = notifier();
    const started = { kind: 'rolling_back', key: 'r/started', title: 'cart goes back' } as const;
    let earlier = await delivered(chat, outgoing({ ...page, key: 'd/suggested', title: 'cart is bad' }));
    earlier = await delivered(chat, outgoing(started, { earlier }));
    earlier = await delivered(chat, outgoing({ key: 'r/done' }, { earlier }));
    expect(headsOf(slack)).toHaveLength(1);
    const [head] = headsOf(slack);
    expect(earlier).toEqual({ channel, ts: head?.ts, key: 'd/suggested' });
    expect(head?.edits).toBe(2);
    expect(JSON.stringify(head?.blocks[0])).toContain('Rolled back and verified');
    expect(head && titleOf(head)).toBe(exampleNotification.title);
    const replies = repliesOf(slack);
    expect(replies.map(titleOf)).toEqual(['cart is bad', 'cart goes back', exampleNotification.title]);
    expect(replies.every(({ thread_ts }) => thread_ts === head?.ts)).toBe(true);
    expect(replies.map(({ broadcast }) => broadcast)).toEqual([false, false, false]);
  });

  it('tells the channel of a page about an incident that it shows already: an update notifies nobody', async () => {
    const chat = notifier({ pageMentions: ['here', 'U0ADA1234', 'S0ONCALL1'] });
    const earlier = await delivered(chat, outgoing({ kind: 'rolling_back', key: 'started' }));
    await delivered(chat, outgoing({ kind: 'rollback_failed', urgency: 'page', key: 'failed' }, { earlier }));
    const [, reply] = repliesOf(slack);
    expect(reply).toMatchObject({ broadcast: true });
    const mentions = '<!here> <@U0ADA1234> <!subteam^S0ONCALL1>';
    expect(reply?.blocks[0]).toMatchObject({ type: 'section', text: { text: mentions } });
    expect(JSON.stringify(repliesOf(slack)[0])).not.toContain('<!here>');
  });

  it('says everything in the message itself', async () => {
    await delivered(notifier(), outgoing());
    const [head] = headsOf(slack);
    expect(head?.blocks).toEqual([
      {
        type: 'context',
        elements: [
          {
            ...{ type: 'mrkdwn', verbatim: true },
            text: ':large_green_circle: *Rolled back and verified* · cart · production · shop',
          },
        ],
      },
      { type: 'header', text: { type: 'plain_text', emoji: false, text: exampleNotification.title } },
      {
        type: 'section',
        fields: [
          ['Version', 'v42 → v41 (release 42 → 41)'],
          ['Trigger', 'high_error_rate'],
          ['Measured', expect.stringMatching(/^31.*fires at &gt;.*5/)],
          ['Since', expect.stringContaining('(2')],
          ['Took', expect.stringContaining('1')],
          ['Next', 'Nothing happens by itself: it waits for a person.'],
        ].map(([name, value]) => ({
          ...{ type: 'mrkdwn', verbatim: true },
          text: typeof value === 'string' ? `*${name}*\n${value}` : expect.stringContaining(`*${name}*\n`),
        })),
      },
      { type: 'section', text: { type: 'plain_text', emoji: false, text: exampleNotification.text } },
      {
        type: 'section',
        text: { type: 'plain_text', emoji: false, text: 'Plan:\n1. Undo the rollout of cart\n2. Verify' },
      },
      {
        type: 'actions',
        elements: [
          {
            ...{ type: 'button', action_id: 'lastgood_open', url: 'https://lastgood.example/runs/7f3a' },
            text: { type: 'plain_text', emoji: false, text: 'Open' },
          },
        ],
      },
    ]);
    expect(JSON.stringify(head?.blocks)).toMatch(/Measured\*\\n31\.?0? ?%.*fires at &gt; 5/);
    expect(head?.text.split('\n').slice(0, 3)).toEqual([
      `Rolled back and verified: ${exampleNotification.title}`,
      'cart',
      'Version: v42 → v41 (release 42 → 41)',
    ]);
  });

  it.each([
    ['a suggestion', 'rollback_suggested', true],
    ['a rollout that failed', 'rollout_failed', true],
    ['one that goes back already', 'rolling_back', false],
    ['one that is back', 'rolled_back', false],
    ['one that stopped', 'rollback_failed', false],
  ] as const)(
    'offers to roll back for %s: %s, only where presses are configured',
    async (_what, kind, offered) => {
      const rollBack = expect.objectContaining({ action_id: 'lastgood_rollback', value: 'd-42' });
      await delivered(notifier({ signingSecret: '0123456789abcdef0123456789abcdef' }), outgoing({ kind }));
      await delivered(notifier(), outgoing({ kind }));
      const [withPresses, without] = headsOf(slack).map(buttonsOf);
      expect(withPresses).toHaveLength(offered ? 2 : 1);
      if (offered) expect(withPresses).toContainEqual(rollBack);
      expect(without).toHaveLength(1);
      expect(repliesOf(slack).flatMap(buttonsOf)).not.toContainEqual(rollBack);
    },
  );

  const post = 'chat.postMessage';

  it.each([
    ['the message', 0],
    ['the reply in its thread', 1],
  ])('posts nothing twice when the answer to %s is lost', async (_what, after) => {
    slack.befalls = [{ method: post, fault: 'lost', after }];
    expect(await notifier().deliver(outgoing(page), signal())).toMatchObject({ kind: 'retry' });
    // By another replica, which remembers nothing.
    const receipt = await delivered(notifier(), outgoing(page, { again: true }));
    expect(slack.messages.map(({ thread_ts }) => thread_ts)).toEqual([null, receipt.ts]);
    expect(slack.messages.map(({ broadcast }) => broadcast)).toEqual([false, false]);
  });

  it('posts a page about an incident that it shows once, whatever answer is lost', async () => {
    const earlier = await delivered(notifier(), outgoing({ kind: 'rolling_back', key: 'started' }));
    const failed = { kind: 'rollback_failed', urgency: 'page', key: 'failed' } as const;
    for (const method of ['chat.update', post, 'conversations.replies']) {
      slack.befalls = [{ method, fault: 'lost' }];
      const again = method !== 'chat.update';
      expect(await notifier().deliver(outgoing(failed, { earlier, again }), signal())).toMatchObject({
        kind: 'retry',
      });
    }
    await delivered(notifier(), outgoing(failed, { earlier, again: true }));
    expect(slack.messages.filter((one) => keyOf(one) === 'failed')).toHaveLength(1);
    expect(slack.messages).toHaveLength(3);
  });

  it('knows the message of an incident again after it was changed', async () => {
    const earlier = await delivered(notifier(), outgoing({ ...page, key: 'suggested' }));
    await delivered(notifier(), outgoing({ kind: 'rolling_back', key: 'started' }, { earlier }));
    // What was answered then is lost with the database's last second.
    await delivered(
      notifier(),
      outgoing({ ...page, key: 'failed', kind: 'rollback_failed' }, { again: true }),
    );
    expect(headsOf(slack)).toMatchObject([{ edits: 2 }]);
    expect(repliesOf(slack).map(({ broadcast }) => broadcast)).toEqual([false, false, true]);
  });

  it('finds what was posted among many others', async () => {
    slack.befalls = [{ method: post, fault: 'lost' }];
    await notifier().deliver(outgoing(page), signal());
    const other = slack.messages[0];
    if (!other) throw new Error('nothing arrived');
    const at = Math.floor(Date.now() / 1000);
    for (let i = 0; i < 450; i += 1)
      slack.messages.push({ ...other, ts: `${at}.${900_000 + i}`, metadata: null });
    await delivered(notifier(), outgoing(page, { again: true }));
    expect(slack.calls.filter(({ method }) => method === 'conversations.history')).toHaveLength(3);
    expect(headsOf(slack).filter(({ metadata }) => metadata !== null)).toHaveLength(1);
  });

  it('does not look before a first try, and posts again where it may not look: a page twice is better than none', async () => {
    slack.scopes = ['chat:write'];
    slack.befalls = [{ method: post, fault: 'lost' }];
    await notifier().deliver(outgoing(page), signal());
    expect(slack.calls.map(({ method }) => method)).toEqual([post]);
    await delivered(notifier(), outgoing(page, { again: true }));
    expect(headsOf(slack)).toHaveLength(2);
  });

  it('remembers a message whose reply failed, also where it may not look', async () => {
    slack.scopes = ['chat:write'];
    const chat = notifier();
    slack.befalls = [{ method: post, fault: 500, after: 1 }];
    expect(await chat.deliver(outgoing(page), signal())).toMatchObject({ kind: 'retry' });
    await delivered(chat, outgoing(page, { again: true }));
    expect([headsOf(slack).length, repliesOf(slack).length]).toEqual([1, 1]);
  });

  it('begins a new message where somebody removed the one it had', async () => {
    const earlier = await delivered(notifier(), outgoing({ kind: 'rolling_back', key: 'started' }));
    slack.messages.splice(0);
    const receipt = await delivered(notifier(), outgoing({ key: 'done' }, { earlier }));
    expect(headsOf(slack).map(({ ts }) => ts)).toEqual([receipt.ts]);
  });

  it('begins a new message where the settings name another channel by now', async () => {
    slack.channels.set('C0OTHERS00', { name: 'others', is_archived: false, is_member: true });
    const earlier = await delivered(notifier(), outgoing({ kind: 'rolling_back', key: 'started' }));
    const moved = notifier({ channel: 'C0OTHERS00' });
    expect(await delivered(moved, outgoing({ key: 'done' }, { earlier }))).toMatchObject({
      channel: 'C0OTHERS00',
    });
    expect(headsOf(slack).map((one) => [one.channel, one.edits])).toEqual([
      [channel, 0],
      ['C0OTHERS00', 0],
    ]);
  });

  it('adds to the thread of a message that may not be changed any more', async () => {
    const earlier = await delivered(notifier(), outgoing({ kind: 'rolling_back', key: 'started' }));
    slack.befalls = [{ method: 'chat.update', fault: 'edit_window_closed' }];
    await delivered(notifier(), outgoing({ key: 'done' }, { earlier }));
    expect([headsOf(slack).length, repliesOf(slack).length]).toEqual([1, 2]);
  });

  it('takes the channel of the route before its own', async () => {
    slack.channels.set('C0OTHERS00', { name: 'others', is_archived: false, is_member: true });
    const receipt = await delivered(notifier(), outgoing({}, { to: 'C0OTHERS00' }));
    expect(receipt.channel).toBe('C0OTHERS00');
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

  it('asks for another try of a Slack that hangs, and never tells its token', async () => {
    slack.befalls = [{ method: post, fault: 'hang' }];
    const delivery = await notifier({ timeoutMs: 100 }).deliver(outgoing(), signal());
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.stringContaining('within 0.1 s') });
    expect(JSON.stringify(delivery)).not.toContain(slack.token);
  });

  it('refuses a channel by its name, and none at all, and asks nobody', async () => {
    const named = await notifier().deliver(outgoing({}, { to: '#incidents' }), signal());
    expect(named).toEqual({ kind: 'refused', reason: expect.stringContaining("Write the channel's ID") });
    const none = createSlack({ name: 'chat', token: slack.token, url: slack.api });
    closing.push(none.close);
    expect(await none.deliver(outgoing(), signal())).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('set channel'),
    });
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
      expect(fault?.advice).toMatch(/\w.*\.$/);
    });

    it('says nothing where nobody can tell', async () => {
      slack.befalls = [{ method: 'auth.test', fault: 503 }];
      expect(await probe()).toBeNull();
      slack.scopes = ['chat:write'];
      expect(await probe(channel)).toBeNull();
      expect(await probe(null, { url: `http://127.0.0.1:${await closedPort()}` })).toBeNull();
    });
  });

  it('refuses settings that cannot work', () => {
    const schema = Compile(slackSettings);
    const base = { token: 'xoxb-1-2-abc' };
    expect(schema.Check({ ...base, channel, signingSecret: 'a'.repeat(32), pageMentions: ['here'] })).toBe(
      true,
    );
    for (const wrong of [
      { token: 'plain' },
      { channel: '#ops' },
      { pageMentions: ['<!channel>'] },
      { extra: 1 },
    ])
      expect(schema.Check({ ...base, ...wrong })).toBe(false);
    expect(() => createSlack({ name: 'chat', ...base, url: 'https://me:pw@slack.com/api' })).toThrow(
      'into token',
    );
  });
});
