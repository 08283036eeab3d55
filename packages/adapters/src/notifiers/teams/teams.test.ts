import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalReceiver, startReceiver } from '../receiver-harness.ts';
import { postedOf, sizeOf } from './posted.ts';
import { type TeamsSettings, teamsSettings } from './settings.ts';
import { createTeams } from './teams.ts';
import { addressAt, query, workflow } from './teams-harness.ts';

const signal = () => new AbortController().signal;
const facts = exampleNotification.facts as NonNullable<typeof exampleNotification.facts>;

const wrapped = (text: string) => ({ type: 'TextBlock', text, wrap: true });
const factRow = (name: string, value: string, index: number) => ({
  ...{ type: 'ColumnSet', ...(index === 0 ? {} : { spacing: 'Small' }) },
  columns: [
    { type: 'Column', width: '100px', items: [{ ...wrapped(name), weight: 'Bolder' }] },
    { type: 'Column', width: 'stretch', items: [wrapped(value)] },
  ],
});

notifierContract('Microsoft Teams', async () => {
  const server = await startReceiver(workflow);
  const wire = await startWire(Number(new URL(server.url).port), () => server.accepted.length);
  const notifier = createTeams({ name: 'teams', url: addressAt(wire) });
  const deadNotifier = createTeams({ name: 'dead', url: `http://127.0.0.1:${await closedPort()}/w${query}` });
  return {
    notifier,
    wire,
    deadNotifier,
    behave(mood) {
      const gone = { status: 404, json: { error: { code: 'WorkflowNotFound', message: 'It is gone.' } } };
      server.instead = { accepts: null, fails: { status: 502 }, refuses: gone }[mood];
    },
    accepted: () =>
      server.accepted.map(({ body }) => {
        const [{ id, items }] = body.attachments[0].content.body;
        return { key: id, title: items[1].inlines[0].text };
      }),
    async close() {
      await Promise.all([notifier.close(), deadNotifier.close()]);
      await wire.close();
      await server.close();
    },
  };
});

describe('a card', () => {
  let server: LocalReceiver;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startReceiver(workflow);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  function open(over: Partial<TeamsSettings> = {}, now?: () => number) {
    const notifier = createTeams({ name: 'teams', url: addressAt(server), ...over }, now);
    closing.push(notifier.close);
    return notifier;
  }

  it('says all of a message', async () => {
    expect(await open().deliver(outgoing(), signal())).toEqual({ kind: 'delivered' });
    const plain = (text: string) => ({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] });
    expect(server.accepted[0]?.body).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            type: 'AdaptiveCard',
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            version: '1.4',
            fallbackText:
              'cart is back on release 41 – “checkout” works again · high_error_rate 31 % > 5 %, before the rollback · production · waits for a person',
            msteams: { width: 'Full' },
            body: [
              {
                ...{ type: 'Container', id: 'run/7f3a/rolled_back', style: 'good', bleed: true },
                items: [
                  {
                    type: 'RichTextBlock',
                    inlines: [
                      { type: 'TextRun', text: 'Rolled back and verified', weight: 'Bolder' },
                      { type: 'TextRun', text: ' · cart · production · shop', isSubtle: true },
                    ],
                  },
                  {
                    type: 'RichTextBlock',
                    inlines: [
                      { type: 'TextRun', text: exampleNotification.title, weight: 'Bolder', size: 'Large' },
                    ],
                  },
                ],
              },
              plain('high_error_rate was 0.31 (limit 0.05) for 2 min.'),
              plain('Next: look at release 42.'),
              ...[
                ['Version', 'v42 → v41 (release 42 → 41)'],
                ['Trigger', 'high_error_rate'],
                ['Measured', '31 % (fires at > 5 %), before the rollback'],
                ['Since', '2023-11-14 22:11:20 UTC'],
                ['Took', '1 min 34 s'],
                ['Next', 'Nothing happens by itself: it waits for a person.'],
              ].map(([name = '', value = ''], index) => factRow(name, value, index)),
              { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'Plan', isSubtle: true }] },
              { ...plain('1. Undo the rollout of cart'), spacing: 'Small' },
              { ...plain('2. Verify'), spacing: 'Small' },
            ],
            actions: [
              {
                type: 'Action.OpenUrl',
                title: 'Open in Lastgood',
                url: 'https://lastgood.example/runs/7f3a',
              },
            ],
          },
        },
      ],
    });
  });

  it.each([
    ['rollback_suggested', 'attention'],
    ['rolling_back', 'warning'],
    ['rolled_back', 'good'],
    ['deployment_registered', 'emphasis'],
  ] as const)('has a look for %s', (kind, style) => {
    const [{ content }] = postedOf(outgoing({ kind })).attachments;
    expect(content.body[0]).toMatchObject({ style });
  });

  it('has no button without a link', () => {
    const { notification, message } = outgoing();
    const [{ content }] = postedOf({ notification, message: { ...message, link: null } }).attachments;
    expect(content.actions).toEqual([]);
  });

  it.each([
    ['**bold** _it_ `x` ~s~', '\\*\\*bold\\*\\* \\_it\\_ \\`x\\` \\~s\\~'],
    ['[click](https://evil.example)', '\\[click\\](https://evil.example)'],
    ['{{DATE(2017-02-14T06:00:00Z)}}', '{ {DATE(2017-02-14T06:00:00Z)}}'],
    ['- 5 %', '\\- 5 %'],
    ['1. first', '1\\. first'],
    ['a\\b <at>All</at> <!channel>', 'a\\\\b <at>All</at> <!channel>'],
    ['high_error_rate v1.2.3', 'high_error_rate v1.2.3'],
  ])('shows the fact %j as it is', (versions, value) => {
    const [{ content }] = postedOf(outgoing({ facts: { ...facts, versions } })).attachments;
    expect(content.body.find((one) => one.type === 'ColumnSet')).toEqual(factRow('Version', value, 0));
    // Nobody is mentioned where no entity says who.
    expect(content.msteams).toEqual({ width: 'Full' });
  });

  it.each(['x', '語', '😀', '\\', '"', '\u0000y', '*'])(
    'fits however much there is of %j',
    async (letter) => {
      const long = letter.repeat(40_000);
      const much = outgoing({
        ...{ title: long, text: `${long}\n`.repeat(3), key: long },
        facts: { ...facts, versions: long, plan: Array.from({ length: 30 }, () => long) },
      });
      expect(sizeOf(postedOf(much))).toBeLessThanOrEqual(26_000);
      expect(await open().deliver(much, signal())).toEqual({ kind: 'delivered' });
      expect(JSON.stringify(server.accepted[0]?.body)).toContain('…');
    },
  );

  it('goes to the channel that a route names', async () => {
    const other = await startReceiver(workflow);
    closing.push(other.close);
    const notifier = open({ channels: { shop: addressAt(other) } });
    expect(await notifier.deliver(outgoing({}, { to: 'shop' }), signal())).toEqual({ kind: 'delivered' });
    expect([server.seen.length, other.accepted.length]).toEqual([0, 1]);
    expect(await notifier.deliver(outgoing({}, { to: 'nobody' }), signal())).toMatchObject({
      kind: 'refused',
    });
    expect(await notifier.probe?.('shop', signal())).toBeNull();
    expect(await notifier.probe?.(null, signal())).toBeNull();
    expect(await notifier.probe?.('nobody', signal())).toMatchObject({
      setting: null,
      advice: expect.stringContaining('use one of these: shop'),
    });
    expect([server.seen.length, other.seen.length]).toEqual([0, 1]);
  });

  it('may go to an address without a path', async () => {
    await open({ url: `${server.url}/${query}` }).deliver(outgoing(), signal());
    expect(server.seen[0]?.path).toBe(`/${query}`);
  });

  it('says that its address is wrong, and never what it is', async () => {
    const url = addressAt(server).replace('do-not-tell-this-signature', 'another-do-not-tell-it');
    const delivery = await open({ url }).deliver(outgoing(), signal());
    expect(delivery).toEqual({
      kind: 'refused',
      reason: 'Microsoft Teams answered HTTP 401 Unauthorized: The signature … is invalid.',
    });
    const dead = await open({ url: `http://127.0.0.1:${await closedPort()}/w${query}` }).deliver(
      outgoing(),
      signal(),
    );
    expect(JSON.stringify(dead)).not.toMatch(/do-not-tell|sig=/);
    server.instead = ({ path }) => ({ status: 400, json: { error: { message: `Not taken: ${path}` } } });
    const encoded = await open({ url: `${server.url}/w?sig=do-not%2Ftell%2Fthis-signature` }).deliver(
      outgoing(),
      signal(),
    );
    expect(encoded).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/: Not taken: \/w\?sig=…\.$/),
    });
  });

  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [{ status: 202, text: '' }, { kind: 'delivered' }],
    [{ status: 200, text: '1' }, { kind: 'delivered' }],
    // What a workflow's own action "Response" says.
    [{ status: 200, json: { posted: true } }, { kind: 'delivered' }],
    [{ status: 200, text: 'Thank you' }, { kind: 'delivered' }],
    // As a connector says it, in a success: https://github.com/MicrosoftDocs/msteams-docs/issues/1810
    [
      {
        status: 200,
        text: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=6.',
      },
      { kind: 'refused', reason: expect.stringContaining('HTTP error 413') },
    ],
    [
      {
        status: 200,
        text: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0.',
      },
      { kind: 'retry', reason: expect.stringContaining('HTTP error 429'), afterMs: null },
    ],
    [
      {
        status: 200,
        text: 'Webhook message delivery failed with error: Error contacting Microsoft Teams endpoint',
      },
      { kind: 'retry', reason: expect.stringContaining('Error contacting'), afterMs: null },
    ],
    [
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { kind: 'refused', reason: expect.stringContaining('not followed') },
    ],
    [
      { status: 400, text: '<html>' },
      { kind: 'refused', reason: 'Microsoft Teams answered HTTP 400 Bad Request.' },
    ],
    [{ status: 404 }, { kind: 'refused', reason: expect.any(String) }],
    [{ status: 410 }, { kind: 'refused', reason: expect.any(String) }],
    [{ status: 408 }, { kind: 'retry', reason: expect.any(String), afterMs: null }],
    [
      { status: 429, headers: { 'retry-after': '17' } },
      { kind: 'retry', reason: expect.any(String), afterMs: 17_000 },
    ],
    [
      { status: 503, headers: { 'retry-after': '86400' } },
      { kind: 'retry', reason: expect.any(String), afterMs: 600_000 },
    ],
  ] as const)('takes %o for what it is', async (answer, delivery) => {
    server.instead = answer;
    expect(await open({}, () => now).deliver(outgoing(), signal())).toEqual(delivery);
    expect(server.seen).toHaveLength(1);
  });

  it('asks for another try of a workflow that never answers', async () => {
    server.instead = 'never';
    expect(await open({ timeoutMs: 200 }).deliver(outgoing(), signal())).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('did not answer within 0.2 s'),
    });
  });
});

it('settings that cannot work are refused', () => {
  const schema = Compile(teamsSettings);
  expect(schema.Check({ url: 'https://x.example/a' })).toBe(true);
  for (const wrong of [
    {},
    { url: 'ftp://x' },
    { url: 'https://x', channels: { 'a,b': 'https://y' } },
    { url: 'https://x', extra: 1 },
  ]) {
    expect(schema.Check(wrong)).toBe(false);
  }
  expect(() => createTeams({ name: 'teams', url: 'https://me:pw@x.example/' })).toThrow('teams teams url');
});
