import { type AddressInfo, createServer, type Socket } from 'node:net';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { Compile } from 'typebox/compile';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noCertificates, selfMadeCertificate } from '../certificate-harness.ts';
import { createEmail } from './email.ts';
import { type MailServer, settingsFor, startMailServer } from './mail-server-harness.ts';
import { faultOf } from './refusal.ts';
import { type EmailSettings, emailSettings } from './settings.ts';
import { email as vendor } from './vendor.ts';

/* What a server answers, over TLS and without, against smtp-server. TLS is with a certificate that openssl makes here. */
const signal = () => new AbortController().signal;

describe('what a server answers', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await startMailServer({ authOptional: true });
  });
  afterEach(() => server.close());
  const open = (over: Partial<EmailSettings> = {}) => createEmail(settingsFor(server.port, over));

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
      kind === 'retry' ? 'unknown' : expect.objectContaining({ setting: 'host' }),
    );
    close();
  });

  it('that never ends its answer is left, long before its time is over', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.write(`220-${'x'.repeat(200_000)}`);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const delivery = await createEmail(settingsFor(port)).deliver(outgoing(), signal());
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(delivery).toMatchObject({ kind: 'retry', reason: expect.not.stringMatching(/within|in time/) });
  });

  it('that speaks in the clear where TLS comes first is told by its setting', async () => {
    const { notifier, close } = await talkTo('220 mail.example.com ESMTP\r\n', { tls: 'from-start' });
    expect(await notifier.deliver(outgoing(), signal())).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/ does not speak TLS\.$/),
    });
    expect(await notifier.probe?.(null, signal())).toMatchObject({ setting: 'tls' });
    close();
  });

  it.each([
    ['ESOCKET', 'EADDRNOTAVAIL', 'connect EADDRNOTAVAIL', false],
    ['ETLS', 'CERT_NOT_YET_VALID', 'certificate is not yet valid', true],
  ])(
    'is told in the words of what broke where nobody has words of ours for it: %s, %s',
    (code, originalCode, message, final) => {
      const fault = faultOf(Object.assign(new Error(message), { code, originalCode }), 'mail:25', []);
      expect(fault).toMatchObject({ final, reason: `mail:25 could not be reached: ${message}.` });
    },
  );

  it('is left at once when the delivery is called off', async () => {
    const { notifier, close } = await talkTo(null);
    const controller = new AbortController();
    const delivery = notifier.deliver(outgoing(), controller.signal);
    const probed = notifier.probe?.(null, controller.signal);
    controller.abort();
    expect(await delivery).toMatchObject({ kind: 'retry', reason: 'The delivery was called off.' });
    expect(await probed).toBe('unknown');
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
