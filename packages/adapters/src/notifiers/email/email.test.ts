import type { Receipt } from '@lastgood/domain/notification/delivery';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { openGate } from '@lastgood/testkit/servers/gate';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { startWire } from '@lastgood/testkit/servers/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmail } from './email.ts';
import { type MailServer, settingsFor, startMailServer } from './mail-server-harness.ts';
import type { EmailSettings } from './settings.ts';

/*
 * Against smtp-server, the server of the nodemailer project, over real sockets; what it took is read by postal-mime, which shares
 * no code with the sender.
 */
const signal = () => new AbortController().signal;
const example = exampleNotification.facts as NonNullable<typeof exampleNotification.facts>;

notifierContract('e-mail', async () => {
  const server = await startMailServer({ authOptional: true });
  const wire = await startWire(server.port, () => server.taken.length);
  const notifier = createEmail(settingsFor(wire.port));
  const deadNotifier = createEmail(settingsFor(await closedPort()));
  return {
    notifier,
    wire,
    deadNotifier,
    behave(mood) {
      const says = {
        accepts: null,
        fails: '451 4.7.1 Greylisted, come back',
        refuses: '550 5.1.1 No such user',
      };
      server.answers.recipient = () => says[mood];
    },
    accepted: () =>
      server.taken.map(({ read }) => ({
        key: read.headers.find(({ key }) => key === 'x-lastgood-key')?.value ?? '',
        title: /^(.*)$/m.exec(read.text ?? '')?.[1] ?? '',
      })),
    async close() {
      await Promise.all([notifier.close?.(), deadNotifier.close?.()]);
      await wire.close();
      await server.close();
    },
  };
});

describe('a mail', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await startMailServer({ authOptional: true });
  });
  afterEach(() => server.close());

  const open = (over: Partial<EmailSettings> = {}) => createEmail(settingsFor(server.port, over));
  const headersOf = (index: number) =>
    Object.fromEntries(server.taken[index]?.read.headers.map(({ key, value }) => [key, value]) ?? []);

  it('is a text with an HTML alternative, from a machine', async () => {
    await open().deliver(outgoing(), signal());
    const [{ read, from, to } = expect.fail('nothing came')] = server.taken;
    expect({ from, to }).toEqual({ from: 'lastgood@example.com', to: ['ops@example.com'] });
    expect(read).toMatchObject({
      from: { name: 'Lastgood', address: 'lastgood@example.com' },
      to: [{ address: 'ops@example.com' }],
      subject: '[Rolled back and verified] cart (production) v42: high_error_rate 31 % > 5 %',
    });
    // When it is sent, and not when it became true: it may have been held back over night.
    expect(Math.abs(Date.parse(read.date ?? '') - Date.now())).toBeLessThan(3_600_000);
    expect(read.text?.replaceAll('\r\n', '\n').trim()).toBe(
      `cart is back on release 41 – “checkout” works again
Rolled back and verified · cart · production · shop

high_error_rate was 0.31 (limit 0.05) for 2 min.
Next: look at release 42.

Version: v42 → v41 (release 42 → 41)
Trigger: high_error_rate
Measured: 31 % (fires at > 5 %), before the rollback
Since: 2023-11-14 22:11:20 UTC
Took: 1 min 34 s
Next: Nothing happens by itself: it waits for a person.
Happened: 2023-11-14 22:13:20 UTC

Plan:
1. Undo the rollout of cart
2. Verify

Open in Lastgood: https://lastgood.example/runs/7f3a`,
    );
    const headers = headersOf(0);
    expect(headers).toMatchObject({ 'auto-submitted': 'auto-generated' });
    // Neither All nor NDR: Exchange says what it could not deliver.
    expect(headers['x-auto-response-suppress']?.split(', ').toSorted()).toEqual(
      ['DR', 'RN', 'NRN', 'OOF', 'AutoReply'].toSorted(),
    );
    expect(headers['content-type']).toMatch(/^multipart\/alternative/);
    for (const absent of ['importance', 'x-priority', 'in-reply-to', 'references'])
      expect(headers).not.toHaveProperty(absent);
    expect(read.html).toContain('href="https://lastgood.example/runs/7f3a"');
    expect(read.html).toMatch(/Measured<\/th><td [^>]+>31 % \(fires at &gt; 5 %\), before the rollback</);
    // Nothing is fetched when it is opened.
    expect(read.html).not.toMatch(/<img|<pnk|<script|url\(|@import/);
  });

  it('says when it was only where it is told long after that', async () => {
    await open().deliver(outgoing({ at: Date.now() }), signal());
    expect(server.taken[0]?.read.text).not.toContain('Happened');
  });

  it('is urgent where it is a page', async () => {
    await open().deliver(outgoing({ urgency: 'page' }), signal());
    expect(headersOf(0)).toMatchObject({ importance: 'High', 'x-priority': '1 (Highest)' });
  });

  it('has the same Message-ID however often it is sent, and another for another event', async () => {
    const notifier = open();
    await notifier.deliver(outgoing({ key: 'a' }), signal());
    await open().deliver(outgoing({ key: 'a' }), signal());
    await notifier.deliver(outgoing({ key: 'b' }), signal());
    const [first, again, other] = server.taken.map(({ read }) => read.messageId);
    expect(first).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('stands in the thread of its incident, under the subject that the first had', async () => {
    const notifier = open();
    const send = async (over: Parameters<typeof outgoing>[0], earlier: Receipt | null) => {
      const delivery = await notifier.deliver(outgoing(over, { earlier }), signal());
      return delivery.kind === 'delivered' && delivery.receipt
        ? delivery.receipt
        : expect.fail(delivery.kind);
    };
    const first = await send({ key: 'suggested', kind: 'rollback_suggested' }, null);
    const second = await send({ key: 'rolling', kind: 'rolling_back', facts: undefined as never }, first);
    await send({ key: 'rolled' }, second);
    const about = 'cart (production) v42: high_error_rate 31 % > 5 %';
    expect(server.taken.map(({ read }) => read.subject)).toEqual([
      `[Rollback suggested, waits for a person] ${about}`,
      `[Rolling back] ${about}`,
      `[Rolled back and verified] ${about}`,
    ]);
    const root = server.taken[0]?.read.messageId;
    expect(server.taken.slice(1).map(({ read }) => [read.inReplyTo, read.references])).toEqual([
      [root, root],
      [root, root],
    ]);
  });

  it('takes no header and no address out of what was stored or told', async () => {
    const evil = 'v1\r\nBcc: thief@example.com\r\n\r\nHello';
    const facts = { ...example, from: { release: 1, version: evil, commit: null } };
    await open().deliver(
      outgoing({ facts, key: evil, title: evil }, { earlier: { first: `<x>\r\nBcc: thief@example.com` } }),
      signal(),
    );
    const [{ to, read, raw } = expect.fail('nothing came')] = server.taken;
    expect(to).toEqual(['ops@example.com']);
    expect(read.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^(bcc|hello)/im);
    expect(read.subject).toBe(
      '[Rolled back and verified] cart (production) v1 Bcc: thief@example.com Hello: high_error_rate 31 % > 5 %',
    );
    expect(read.inReplyTo).toBeUndefined();
  });

  it('shows what it is given as text, and none of it as HTML', async () => {
    const evil = '<script>alert(1)</script> & "x" <!channel> **b**\u0007end';
    const facts = { ...example, plan: [evil] };
    await open().deliver(outgoing({ title: evil, text: `${evil}\n${evil}`, facts }), signal());
    const [{ read } = expect.fail('nothing came')] = server.taken;
    const shown = '&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; &lt;!channel&gt; **b** end';
    expect(read.html?.split(shown)).toHaveLength(5);
    expect(read.html).not.toContain('<script>');
    expect(read.text).toContain('<script>alert(1)</script> & "x" <!channel> **b** end');
  });

  it('is cut where it is too long, and never fails for it', async () => {
    const long = '😀x'.repeat(20_000);
    const facts = { ...example, from: { release: 1, version: long, commit: null } };
    const given = outgoing({
      title: long,
      text: long,
      key: long,
      facts,
    });
    expect(await open().deliver(given, signal())).toMatchObject({ kind: 'delivered' });
    const [{ read, raw } = expect.fail('nothing came')] = server.taken;
    expect(read.subject?.length).toBeLessThanOrEqual(213);
    expect(read.subject).toMatch(/…$/);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(998);
    expect(raw.length).toBeLessThan(250_000);
  });

  it('goes to the addresses that a route names', async () => {
    const to = 'lead@example.com, oncall+eu@example.com,lead@example.com';
    expect(await open().deliver(outgoing({}, { to }), signal())).toMatchObject({ kind: 'delivered' });
    expect(server.taken[0]?.to).toEqual(['lead@example.com', 'oncall+eu@example.com']);
  });

  it.each([
    '',
    ' , ',
    'nobody',
    'a@b@c',
    'a b@example.com',
    'x@y>\r\nRCPT TO:<z@example.com',
    '"a"@example.com',
  ])('is refused where a route names %j', async (to) => {
    const notifier = open();
    expect(await notifier.deliver(outgoing({}, { to }), signal())).toMatchObject({ kind: 'refused' });
    expect(await notifier.probe?.(to, signal())).toMatchObject({ setting: null });
    expect(server.greeted()).toBe(0);
  });

  it.each([
    ['refused', '550 5.1.1 No such user'],
    ['put off', '451 4.7.1 Greylisted'],
  ])('says who of several is %s, and goes to the others once', async (_name, says) => {
    const notifier = open({ to: ['a@example.com', 'oncall@example.com', 'c@example.com'] });
    server.answers.recipient = (address) => (address.startsWith('oncall') ? says : null);
    const delivery = await notifier.deliver(outgoing(), signal());
    if (delivery.kind !== 'delivered') return expect.fail(delivery.reason);
    const reason = expect.stringMatching(`does not take mails for the address: ${says}\\.$`);
    expect(delivery.missed).toEqual([{ to: 'oncall@example.com', reason }]);
    expect(server.taken.map(({ to }) => to)).toEqual([['a@example.com', 'c@example.com']]);
    // It says whom it is for.
    expect(server.taken[0]?.read.to).toHaveLength(3);
    const missed = { to: 'oncall@example.com', reason: 'It is full.' };
    await notifier.deliver(outgoing({ key: 'next' }, { notReached: [missed] }), signal());
    expect(server.taken[1]?.read.text).toContain('\nNot reached: oncall@example.com: It is full.\n');
  });

  it('is not given to who is told alone, and to nobody where all of them are', async () => {
    const to = ['a@example.com', 'oncall@Example.com'];
    const notifier = open({ to });
    expect(await notifier.deliver(outgoing({}, { apart: ['oncall@example.com'] }), signal())).toMatchObject({
      kind: 'delivered',
    });
    expect(await notifier.deliver(outgoing({}, { apart: to }), signal())).toEqual({ kind: 'delivered' });
    expect(server.taken.map((one) => one.to)).toEqual([['a@example.com']]);
    // It says whom it is for.
    expect(server.taken[0]?.read.to).toHaveLength(2);
  });

  it('has the same Message-ID after an answer that was lost', async () => {
    const gate = await openGate({ host: '127.0.0.1', port: server.port });
    const notifier = createEmail(settingsFor(gate.port));
    server.answers.message = () => {
      gate.set('closed');
      return null;
    };
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'retry' });
    gate.set('open');
    server.answers.message = () => null;
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'delivered' });
    await gate.close();
    const [first, again] = server.taken.map(({ read }) => read.messageId);
    expect(first).toBeDefined();
    expect(again).toBe(first);
  });
});
