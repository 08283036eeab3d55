import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { type SlackServer, startSlackServer } from '@lastgood/testkit/servers/slack-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Compile } from 'typebox/compile';
import { beforeEach, describe, expect, it } from 'vitest';
import { inShortAfter } from '../incident-harness.ts';
import { slackSettings } from './settings.ts';
import { createSlack } from './slack.ts';
import {
  buttonsOf,
  channel,
  delivered,
  headsOf,
  keyOf,
  page,
  repliesOf,
  titleOf,
  useSlack,
} from './slack-harness.ts';

/* Against a small server that answers as https://docs.slack.dev/reference/methods describes each method. */

notifierContract('Slack', async () => {
  const slack = await startSlackServer();
  const wire = await startWire(Number(new URL(slack.api).port), () => headsOf(slack).length);
  const settings = { name: 'chat', token: slack.token, channel };
  const notifier = createSlack({ ...settings, url: `${wire.url}/api` });
  const deadNotifier = createSlack({ ...settings, url: `http://127.0.0.1:${await closedPort()}/api` });
  return {
    notifier,
    wire,
    deadNotifier,
    behave(mood) {
      slack.befalls = mood === 'fails' ? [{ method: 'chat.postMessage', fault: 503 }] : [];
      slack.channels.set(channel, { name: 'incidents', is_archived: mood === 'refuses', is_member: true });
    },
    accepted: () => headsOf(slack).map((one) => ({ key: keyOf(one), title: titleOf(one) })),
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close()]);
      await wire.close();
      await slack.close();
    },
  };
});

describe('Slack', () => {
  const { slack: opened, notifier } = useSlack();
  let slack: SlackServer;
  beforeEach(() => {
    slack = opened();
  });

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
        type: 'actions',
        elements: [
          {
            ...{ type: 'button', action_id: 'lastgood_open', url: 'https://lastgood.example/runs/7f3a' },
            text: { type: 'plain_text', emoji: false, text: 'Open in Lastgood' },
          },
        ],
      },
    ]);
    expect(JSON.stringify(head?.blocks)).toMatch(/Measured\*\\n31\.?0? ?%.*fires at &gt; 5/);
    expect(head?.text.split('\n').slice(0, 3)).toEqual([
      inShortAfter(exampleNotification.title).replace('>', '&gt;'),
      'Rolled back and verified · cart · production · shop',
      'Version: v42 → v41 (release 42 → 41)',
    ]);
  });

  it('keeps in the thread what a stage was judged by, when it was and its plan, which its message has not', async () => {
    const chat = notifier({ pageMentions: ['here'] });
    const earlier = await delivered(chat, outgoing({ kind: 'rolling_back', key: 'started' }));
    await delivered(chat, outgoing({ kind: 'rollback_failed', urgency: 'page', key: 'failed' }, { earlier }));
    const plainText = (text: string) => ({ type: 'plain_text', emoji: false, text });
    const record = (mark: string) => [
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', verbatim: true, text: `${mark} · 2023-11-14 22:13:20 UTC` }],
      },
      {
        type: 'section',
        text: plainText(`${exampleNotification.title}\n${exampleNotification.text}`),
      },
      {
        type: 'context',
        elements: [
          {
            ...{ type: 'plain_text', emoji: false },
            text: expect.stringMatching(
              /^Version: v42 → v41 .*\nTrigger: .*\nMeasured: 31 % \(fires at > 5 %\).*\nSince: 2023-11-14 22:11:20 UTC.*\nTook: .*\nNext: Nothing happens by itself: it waits for a person\.$/,
            ),
          },
        ],
      },
      { type: 'section', text: plainText('Plan:\n1. Undo the rollout of cart\n2. Verify') },
    ];
    const [began, stopped] = repliesOf(slack);
    expect(began?.blocks).toEqual(record(':large_orange_circle: *Rolling back*'));
    // In the channel it stands away from its message, and leads to its page.
    expect(stopped?.blocks.slice(1, -1)).toEqual(
      record(':red_circle: *Rollback stopped* · cart · production · shop'),
    );
    expect(stopped && buttonsOf(stopped)).toHaveLength(1);
    expect(headsOf(slack).map(({ blocks }) => JSON.stringify(blocks))).toEqual([
      expect.not.stringContaining('Plan:'),
    ]);
  });

  it.each([
    ['a suggestion', 'rollback_suggested', true],
    ['a rollout that failed', 'rollout_failed', true],
    ['one that goes back already', 'rolling_back', false],
    ['one that is back', 'rolled_back', false],
    ['one that stopped', 'rollback_failed', false],
    ['one that was called off', 'rollback_cancelled', false],
    ['one that was called off while it fires on', 'still_wrong', true],
    ['one that is over', 'incident_over', false],
    ['one that nothing was offered for before', 'taken_on', false],
    ['one that is partly over', 'partly_over', false],
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

  it.each([
    ['a suggestion', 'rollback_suggested', 2],
    ['a rollback that stopped', 'rollback_failed', 1],
  ] as const)('says in its message who is at %s, and takes no button away', async (_what, kind, buttons) => {
    const chat = notifier({ signingSecret: '0123456789abcdef0123456789abcdef' });
    const title = 'cart: ada is at it until 03:40 UTC: on it';
    let earlier = await delivered(chat, outgoing({ key: 'first', kind, urgency: 'page' }));
    for (const key of ['taken', 'taken again'])
      earlier = await delivered(
        chat,
        outgoing({ key, kind: 'taken_on', urgency: 'info', title }, { earlier }),
      );
    const [head, ...others] = headsOf(slack);
    expect(others).toEqual([]);
    expect(JSON.stringify(head?.blocks)).toContain(title);
    expect(head && buttonsOf(head)).toHaveLength(buttons);
    const over = outgoing({ key: 'over', kind: 'incident_over', urgency: 'info' }, { earlier });
    await delivered(chat, over);
    expect(headsOf(slack).map((one) => buttonsOf(one).length)).toEqual([1]);
  });

  it.each([
    ['is over and a lost way back stands', 'rollback_suggested', 'readiness_lost', 1],
    ['stands', 'readiness_lost', 'rollback_suggested', 2],
    ['is over and a failed rollout stands', 'rollback_suggested', 'rollout_failed', 2],
  ] as const)(
    'offers to roll back where a part is over as long as something to take back stands: a suggestion that %s',
    async (_what, ended, stands, left) => {
      const chat = notifier({ signingSecret: '0123456789abcdef0123456789abcdef' });
      const suggested = outgoing({ key: 'first', kind: 'rollback_suggested', urgency: 'page' });
      const earlier = await delivered(chat, suggested);
      const partly = {
        key: 'partly',
        kind: 'partly_over',
        urgency: 'info',
        ends: [ended],
        stands: [stands],
      } as const;
      await delivered(chat, outgoing(partly, { earlier }));
      expect(headsOf(slack).map((one) => buttonsOf(one).length)).toEqual([left]);
    },
  );

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
