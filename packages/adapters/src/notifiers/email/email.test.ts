import { createServer } from 'node:net';
import type { Receipt } from '@lastgood/domain/notification/delivery';
import { exampleNotification, notifierContract, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { Compile } from 'typebox/compile';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmail } from './email.ts';
import {
  type MailServer,
  noCertificates,
  selfMadeCertificate,
  startMailServer,
} from './mail-server-harness.ts';
import { type EmailSettings, emailSettings } from './settings.ts';
import { email as vendor } from './vendor.ts';

/*
 * Against smtp-server, the server of the nodemailer project, over real sockets; what it took is read by postal-mime, which shares
 * no code with the sender. TLS is with a certificate that openssl makes here.
 */
const signal = () => new AbortController().signal;
const example = exampleNotification.facts as NonNullable<typeof exampleNotification.facts>;
const settingsFor = (port: number, over: Partial<EmailSettings> = {}): EmailSettings => ({
  ...{
    name: 'mail',
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'lastgood@example.com',
    to: ['ops@example.com'],
  },
  ...{ timeoutMs: 30_000, ...over },
});

notifierContract('e-mail', async () => {
  const server = await startMailServer({ authOptional: true });
  const notifier = createEmail(settingsFor(server.port));
  const deadNotifier = createEmail(settingsFor(await closedPort()));
  return {
    notifier,
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
        title: /^Rolled back and verified: (.*)$/m.exec(read.text ?? '')?.[1] ?? '',
      })),
    async close() {
      await Promise.all([notifier.close?.(), deadNotifier.close?.()]);
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
      subject: '[Rolled back and verified] cart (production) v42',
      date: '2023-11-14T22:13:20.000Z',
    });
    expect(read.text?.replaceAll('\r\n', '\n').trim()).toBe(
      `Rolled back and verified: cart is back on release 41 – “checkout” works again

high_error_rate was 0.31 (limit 0.05) for 2 min.
Next: look at release 42.

Version: v42 → v41 (release 42 → 41)
Trigger: high_error_rate
Measured: 31 % (fires at > 5 %)
Since: 22:11:20 UTC (2:00)
Took: 1:34
Next: Nothing happens by itself: it waits for a person.

Plan:
1. Undo the rollout of cart
2. Verify

Open: https://lastgood.example/runs/7f3a`,
    );
    const headers = headersOf(0);
    expect(headers).toMatchObject({ 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' });
    expect(headers['content-type']).toMatch(/^multipart\/alternative/);
    for (const absent of ['importance', 'x-priority', 'in-reply-to', 'references'])
      expect(headers).not.toHaveProperty(absent);
    expect(read.html).toContain('href="https://lastgood.example/runs/7f3a"');
    expect(read.html).toMatch(/Measured<\/th><td [^>]+>31 % \(fires at &gt; 5 %\)</);
    // Nothing is fetched when it is opened.
    expect(read.html).not.toMatch(/<img|<link|<script|url\(|@import/);
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
    expect(server.taken.map(({ read }) => read.subject)).toEqual([
      '[Rollback suggested] cart (production) v42',
      '[Rolling back] cart (production) v42',
      '[Rolled back and verified] cart (production) v42',
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
    expect(read.subject).toBe('[Rolled back and verified] cart (production) v1 Bcc: thief@example.com Hello');
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

  it('goes to each address once where one of them is put off', async () => {
    const notifier = open({ to: ['a@example.com', 'b@example.com', 'c@example.com'] });
    server.answers.recipient = (address) => (address === 'b@example.com' ? '451 4.7.1 Greylisted' : null);
    expect(await notifier.deliver(outgoing(), signal())).toEqual({
      kind: 'retry',
      reason: expect.stringMatching(
        /^Not for b@example\.com, the others have it: .*451 4\.7\.1 Greylisted\.$/,
      ),
      afterMs: null,
    });
    server.answers.recipient = () => null;
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'delivered' });
    expect(server.taken.map(({ to }) => to)).toEqual([['a@example.com', 'c@example.com'], ['b@example.com']]);
    // Both say whom it is for.
    expect(server.taken.map(({ read }) => read.to?.length)).toEqual([3, 3]);
  });

  it('says which address is refused, and that the others have it', async () => {
    const notifier = open({ to: ['a@example.com', 'gone@example.com'] });
    server.answers.recipient = (address) => (address.startsWith('gone') ? '550 5.1.1 No such user' : null);
    const refused = {
      kind: 'refused',
      reason: expect.stringMatching(/^Not for gone@example\.com, the others have it/),
    };
    expect(await notifier.deliver(outgoing(), signal())).toEqual(refused);
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'refused' });
    expect(server.taken).toHaveLength(1);
  });

  it.each([
    ['sender', '550 5.7.1 You may not send as this', 'refused'],
    ['sender', '450 4.3.2 Not now', 'retry'],
    ['recipient', '550 5.1.1 No such mailbox', 'refused'],
    ['recipient', '451 4.7.1 Greylisted', 'retry'],
    ['recipient', '452 4.2.2 Mailbox full', 'retry'],
    ['message', '554 5.7.1 This is spam', 'refused'],
    ['message', '421 4.3.2 Shutting down', 'retry'],
  ] as const)('takes an answer to the %s of %j for what it is', async (part, says, kind) => {
    server.answers[part] = () => says;
    const delivery = await open().deliver(outgoing(), signal());
    expect(delivery).toMatchObject({ kind, reason: expect.stringContaining(says) });
    expect(server.taken).toEqual([]);
  });

  it('is not given to a server that cannot go over to TLS, unless the settings say so', async () => {
    const plain = await startMailServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    const notifier = createEmail(settingsFor(plain.port, { tls: 'starttls' }));
    const reason = expect.stringContaining(`127.0.0.1:${plain.port} does not speak STARTTLS`);
    expect(await notifier.deliver(outgoing(), signal())).toEqual({ kind: 'refused', reason });
    expect(await notifier.probe?.(null, signal())).toMatchObject({ setting: 'tls', reason });
    expect(plain.taken).toEqual([]);
    expect(await createEmail(settingsFor(plain.port)).deliver(outgoing(), signal())).toMatchObject({
      kind: 'delivered',
    });
    await plain.close();
  });
});

describe.skipIf(noCertificates !== null)(
  `over TLS${noCertificates ? ` (skipped: ${noCertificates})` : ''}`,
  () => {
    const certificate = noCertificates === null ? selfMadeCertificate() : { key: '', cert: '' };
    const servers: MailServer[] = [];
    afterAll(() => Promise.all(servers.map((server) => server.close())));

    async function start(options: Parameters<typeof startMailServer>[0] = {}) {
      const server = await startMailServer({ ...certificate, ...options });
      servers.push(server);
      return server;
    }
    const signedIn = {
      tls: 'starttls',
      tlsCa: certificate.cert,
      user: 'lastgood',
      password: 'correct horse',
    } as const;

    it('goes over to TLS, signs in, and delivers', async () => {
      const server = await start();
      const notifier = createEmail(settingsFor(server.port, signedIn));
      expect(await notifier.probe?.(null, signal())).toBeNull();
      expect(server.taken).toEqual([]);
      expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'delivered' });
      expect(server.taken[0]).toMatchObject({ secure: true, user: 'lastgood' });
    });

    it('speaks TLS from the start where it is told to', async () => {
      const server = await start({ secure: true });
      const notifier = createEmail(settingsFor(server.port, { ...signedIn, tls: 'from-start' }));
      expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'delivered' });
      expect(server.taken[0]).toMatchObject({ secure: true, user: 'lastgood' });
    });

    it('tells a server whose certificate it does not know nothing', async () => {
      const server = await start();
      const { tlsCa: _, ...unknown } = signedIn;
      const notifier = createEmail(settingsFor(server.port, unknown));
      const reason = expect.stringContaining('self-signed and not known here');
      expect(await notifier.deliver(outgoing(), signal())).toEqual({ kind: 'refused', reason });
      expect(await notifier.probe?.(null, signal())).toMatchObject({ setting: 'tlsCa', reason });
      const other = selfMadeCertificate('DNS:mail.example.com');
      const misnamed = await start(other);
      expect(
        await createEmail(settingsFor(misnamed.port, { ...signedIn, tlsCa: other.cert })).deliver(
          outgoing(),
          signal(),
        ),
      ).toEqual({ kind: 'refused', reason: expect.stringContaining('is for another name') });
      expect([...server.taken, ...misnamed.taken]).toEqual([]);
    });

    it('says that it may not sign in, and never with what', async () => {
      const server = await start();
      const notifier = createEmail(settingsFor(server.port, { ...signedIn, password: 'wrong-do-not-tell' }));
      const delivery = await notifier.deliver(outgoing(), signal());
      expect(delivery).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('did not let the user sign in: 535 5.7.8 Bad credentials'),
      });
      const probed = await notifier.probe?.(null, signal());
      expect(probed).toMatchObject({ setting: 'password' });
      expect(JSON.stringify([delivery, probed])).not.toContain('do-not-tell');
      expect(server.taken).toEqual([]);
    });

    it('sends nothing under nobody’s name to a server that offers no sign-in', async () => {
      const server = await start({ disabledCommands: ['AUTH'], authOptional: true });
      const notifier = createEmail(settingsFor(server.port, signedIn));
      expect(await notifier.deliver(outgoing(), signal())).toMatchObject({ kind: 'refused' });
      expect(server.taken).toEqual([]);
    });

    it('says that a server wants somebody to sign in', async () => {
      const server = await start();
      const { user: _, password: __, ...nobody } = signedIn;
      expect(await createEmail(settingsFor(server.port, nobody)).deliver(outgoing(), signal())).toMatchObject(
        {
          kind: 'refused',
          reason: expect.stringMatching(/530/),
        },
      );
    });
  },
);

describe('a mail server in trouble', () => {
  async function talkTo(says: string | null, over: Partial<EmailSettings> = {}) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (says !== null) socket.end(says);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const notifier = createEmail(settingsFor(port, over));
    return { notifier, close: () => void server.close() };
  }

  it.each([
    ['that hangs', null, 'retry', /within 0\.3 s|in time/],
    ['that speaks something else', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'retry', /does not speak SMTP/],
    ['that is full', '421 4.3.2 Too many connections\r\n', 'retry', /421 4\.3\.2/],
    ['that does not serve us', '554 5.7.1 Blocked\r\n', 'refused', /turned Lastgood away: 554/],
  ] as const)('%s', async (_name, says, kind, reason) => {
    const { notifier, close } = await talkTo(says, says === null ? { timeoutMs: 300 } : {});
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({
      kind,
      reason: expect.stringMatching(reason),
    });
    // What may pass is no fault of the settings.
    expect(await notifier.probe?.(null, signal())).toEqual(
      kind === 'retry' ? null : expect.objectContaining({ setting: 'host' }),
    );
    close();
  });

  it('is left at once when the delivery is called off', async () => {
    const { notifier, close } = await talkTo(null);
    const controller = new AbortController();
    const delivery = notifier.deliver(outgoing(), controller.signal);
    const probed = notifier.probe?.(null, controller.signal);
    controller.abort();
    expect(await delivery).toMatchObject({ kind: 'retry', reason: 'The delivery was called off.' });
    expect(await probed).toBeNull();
    close();
  });
});

it('settings that cannot work are refused', () => {
  const base = { host: 'mail.example.com', from: 'lastgood@example.com', to: ['ops@example.com'] };
  const schema = Compile(emailSettings);
  expect(schema.Check(base)).toBe(true);
  for (const wrong of [
    { to: [] },
    { from: 'Lastgood <a@example.com>' },
    { host: 'a b' },
    { tls: 'maybe' },
    { to: ['a@b\r\nx'] },
  ]) {
    expect(schema.Check({ ...base, ...wrong })).toBe(false);
  }
  expect(vendor.contradiction(base)).toBeNull();
  expect(vendor.contradiction({ ...base, user: 'x' })).toMatchObject({ found: 'user without password' });
  expect(vendor.contradiction({ ...base, user: 'x', password: 'y', tls: 'none' })).toMatchObject({
    expected: expect.stringContaining('nobody on the way'),
  });
});
