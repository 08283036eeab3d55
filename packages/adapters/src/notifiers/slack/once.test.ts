import { outgoing } from '@lastgood/testkit/contracts/notifier';
import type { SlackServer } from '@lastgood/testkit/servers/slack-server';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  buttonsOf,
  channel,
  delivered,
  headsOf,
  keyOf,
  page,
  post,
  repliesOf,
  signal,
  useSlack,
} from './slack-harness.ts';

/* An answer that is lost, a message that is gone: what the channel shows of it. */

describe('Slack is told once', () => {
  const { slack: opened, notifier } = useSlack();
  let slack: SlackServer;
  beforeEach(() => {
    slack = opened();
  });

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

  it('shows an incident once where a page passes one whose answer was lost, and leaves nothing to press that is over', async () => {
    const chat = notifier({ signingSecret: 'a'.repeat(32) });
    const at = Date.now();
    const first = outgoing({ ...page, key: 'suggested', at });
    slack.befalls = [{ method: post, fault: 'lost' }];
    expect(await chat.deliver(first, signal())).toMatchObject({ kind: 'retry' });
    expect(headsOf(slack).map((one) => buttonsOf(one).length)).toEqual([2]);
    // An hour later, and the first time that it is tried.
    const failed = { ...page, key: 'failed', kind: 'rollback_failed', at: at + 3_600_000 } as const;
    const receipt = await delivered(chat, outgoing(failed, { passed: [first.notification] }));
    expect(headsOf(slack).map(({ ts, edits }) => [ts, edits])).toEqual([[receipt.ts, 1]]);
    expect(headsOf(slack).map((one) => buttonsOf(one).length)).toEqual([1]);
    // Whom the page is to wake sees it in the channel.
    expect(repliesOf(slack)).toMatchObject([{ thread_ts: receipt.ts, broadcast: true }]);
  });

  it('posts a page that passes one which never arrived', async () => {
    const { notification } = outgoing({ ...page, key: 'suggested' });
    const failed = { ...page, key: 'failed', kind: 'rollback_failed' } as const;
    await delivered(notifier(), outgoing(failed, { passed: [notification] }));
    expect([headsOf(slack).length, repliesOf(slack).length]).toEqual([1, 1]);
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
      [channel, 1],
      ['C0OTHERS00', 0],
    ]);
  });

  it('says once in the channel before where it goes on, and offers nothing there any more', async () => {
    slack.channels.set('C0OTHERS00', { name: 'others', is_archived: false, is_member: true });
    const secret = { signingSecret: 'a'.repeat(32) };
    let earlier = await delivered(
      notifier(secret),
      outgoing({ ...page, kind: 'rollback_suggested', key: 'suggested' }),
    );
    const before = headsOf(slack)[0];
    if (!before) throw new Error('a message was expected');
    expect(JSON.stringify(buttonsOf(before))).toContain('lastgood_rollback');
    const moved = notifier({ ...secret, channel: 'C0OTHERS00' });
    earlier = await delivered(moved, outgoing({ kind: 'rolling_back', key: 'started' }, { earlier }));
    await delivered(moved, outgoing({ key: 'done' }, { earlier }));
    const [left, now] = headsOf(slack);
    expect(left).toMatchObject({ ts: before.ts, edits: 1 });
    expect(JSON.stringify(left?.blocks)).toContain('goes on in <#C0OTHERS00>');
    expect(JSON.stringify(left?.blocks)).not.toContain('lastgood_rollback');
    expect(now).toMatchObject({ channel: 'C0OTHERS00', edits: 1 });
    expect(repliesOf(slack).filter((one) => one.channel === channel)).toHaveLength(1);
  });

  it('goes on in the new channel though nothing can be changed in the one before', async () => {
    slack.channels.set('C0OTHERS00', { name: 'others', is_archived: false, is_member: true });
    const earlier = await delivered(notifier(), outgoing({ kind: 'rolling_back', key: 'started' }));
    slack.befalls = [{ method: 'chat.update', fault: 503 }];
    const moved = notifier({ channel: 'C0OTHERS00' });
    expect(await delivered(moved, outgoing({ key: 'done' }, { earlier }))).toMatchObject({
      channel: 'C0OTHERS00',
    });
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

  it('tells each of two channels that are limited at once, whichever comes first', async () => {
    const other = 'C0OTHERS00';
    slack.channels.set(other, { name: 'others', is_archived: false, is_member: true });
    const chat = notifier();
    // Of each message the first half is taken, and the reply is not.
    slack.allowances = new Map([channel, other].map((one) => [one, 1]));
    for (const to of [channel, other])
      expect(await chat.deliver(outgoing(page, { to }), signal())).toMatchObject({
        kind: 'retry',
        afterMs: 1_000,
      });
    slack.allowances.clear();
    for (const to of [channel, other])
      expect(await delivered(chat, outgoing(page, { to, again: true }))).toMatchObject({ channel: to });
    const heads = headsOf(slack);
    expect(heads.map((one) => one.channel)).toEqual([channel, other]);
    expect(repliesOf(slack).map((one) => [one.channel, one.thread_ts])).toEqual(
      heads.map((one) => [one.channel, one.ts]),
    );
  });

  it('takes the message of no other channel for its own', async () => {
    const other = 'C0OTHERS00';
    slack.channels.set(other, { name: 'others', is_archived: false, is_member: true });
    const chat = notifier();
    slack.allowances.set(channel, 1);
    await chat.deliver(outgoing(page, { to: channel }), signal());
    expect(await delivered(chat, outgoing(page, { to: other }))).toMatchObject({ channel: other });
    expect(headsOf(slack).map((one) => one.channel)).toEqual([channel, other]);
    // What is known of the first is not lost with the second.
    slack.allowances.clear();
    slack.scopes = ['chat:write'];
    await delivered(chat, outgoing(page, { to: channel, again: true }));
    expect(headsOf(slack)).toHaveLength(2);
  });

  describe('where only looking fails', () => {
    const limited = (method: string, times = 99) =>
      Array.from({ length: times }, () => ({ method, fault: 429, retryAfter: '60' }));

    it.each([
      ['nothing', { method: post, fault: 500 }, 1],
      ['the message, whose answer was lost', { method: post, fault: 'lost' }, 2],
    ])(
      'posts a page all the same after two looks that failed, though the first try posted %s: twice is better than never',
      async (_what, first, heads) => {
        const chat = notifier();
        slack.befalls = [first, ...limited('conversations.history')];
        await chat.deliver(outgoing(page), signal());
        for (let nr = 0; nr < 2; nr += 1)
          expect(await chat.deliver(outgoing(page, { again: true }), signal())).toMatchObject({
            ...{ kind: 'retry', afterMs: null },
          });
        const receipt = await delivered(chat, outgoing(page, { again: true }));
        expect(headsOf(slack)).toHaveLength(heads);
        expect(repliesOf(slack).map(({ thread_ts }) => thread_ts)).toEqual([receipt.ts]);
        expect(slack.calls.some(({ method }) => method === 'conversations.replies')).toBe(false);
      },
    );

    it('tells the channel of a page in a thread that it cannot look through', async () => {
      const chat = notifier();
      const earlier = await delivered(chat, outgoing({ kind: 'rolling_back', key: 'started' }));
      const failed = { kind: 'rollback_failed', urgency: 'page', key: 'failed' } as const;
      slack.befalls = [{ method: post, fault: 503 }, ...limited('conversations.replies')];
      await chat.deliver(outgoing(failed, { earlier }), signal());
      for (let nr = 0; nr < 2; nr += 1)
        expect((await chat.deliver(outgoing(failed, { earlier, again: true }), signal())).kind).toBe('retry');
      await delivered(chat, outgoing(failed, { earlier, again: true }));
      expect(repliesOf(slack).at(-1)).toMatchObject({ broadcast: true });
    });

    it('waits longer with what wakes nobody, as Slack asks for it', async () => {
      const chat = notifier();
      const info = { kind: 'rolling_back', key: 'started' } as const;
      slack.befalls = [{ method: post, fault: 500 }, ...limited('conversations.history')];
      await chat.deliver(outgoing(info), signal());
      for (let nr = 0; nr < 5; nr += 1)
        expect(await chat.deliver(outgoing(info, { again: true }), signal())).toMatchObject({
          ...{ kind: 'retry', afterMs: 60_000 },
        });
      await delivered(chat, outgoing(info, { again: true }));
      expect(headsOf(slack)).toHaveLength(1);
    });
  });
});
