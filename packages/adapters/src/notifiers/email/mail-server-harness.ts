import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { EmailSettings } from './settings.ts';

/** A mail that the server took, as it came and as a mail client reads it. */
export interface Taken {
  raw: string;
  read: Email;
  from: string;
  to: string[];
  secure: boolean;
  user: string | null;
}

/** What a server says to a command in place of taking it: "451 4.7.1 Greylisted". */
type Says = string | null;

export interface MailServer {
  port: number;
  taken: Taken[];
  /** How often somebody came. */
  greeted(): number;
  /** From now on. */
  answers: { recipient(address: string): Says; sender(address: string): Says; message(): Says };
  close(): Promise<void>;
}

/** As filters judge a mail (SpamAssassin's DATE_IN_PAST_06_12). */
const staleMs = 6 * 3_600_000;

/**
 * The server of the nodemailer project, which speaks SMTP as the RFCs say, in this process. It knows one user: lastgood, "correct horse". A
 * mail with a date of hours ago it takes for spam.
 */
export async function startMailServer(
  options: SMTPServerOptions = {},
  now: () => number = Date.now,
): Promise<MailServer> {
  const taken: Taken[] = [];
  let greeted = 0;
  const answers: MailServer['answers'] = { recipient: () => null, sender: () => null, message: () => null };
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect(_session, callback) {
      greeted += 1;
      callback();
    },
    onAuth({ username, password }, _session, callback) {
      if (username === 'lastgood' && password === 'correct horse') return callback(null, { user: username });
      // As some do, it says what it was told.
      return callback(refusal(`535 5.7.8 Bad credentials ${username} ${password}`));
    },
    onMailFrom: ({ address }, _session, callback) => callback(refusal(answers.sender(address))),
    onRcptTo: ({ address }, _session, callback) => callback(refusal(answers.recipient(address))),
    onData(stream, { envelope, secure, user }, callback) {
      buffer(stream).then(async (bytes) => {
        const said = answers.message();
        if (said !== null) return callback(refusal(said));
        const read = await PostalMime.parse(bytes);
        if (Math.abs(now() - Date.parse(read.date ?? '')) > staleMs)
          return callback(refusal('554 5.7.1 Its date is hours ago: it looks like spam'));
        taken.push({
          ...{
            raw: bytes.toString('latin1'),
            read,
            secure,
            user: user ?? null,
          },
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
        });
        return callback(null, 'queued');
      }, callback);
    },
    ...options,
  });
  // A client that turns away from a certificate is an error here, and what is tested.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    ...{ port, taken, answers, greeted: () => greeted },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function refusal(said: Says): Error | null {
  if (said === null) return null;
  const [, code, words] = /^(\d{3}) (.*)$/.exec(said) ?? [];
  return Object.assign(new Error(words), { responseCode: Number(code) });
}

/** Of a notifier that speaks to the server without TLS. */
export function settingsFor(port: number, over: Partial<EmailSettings> = {}): EmailSettings {
  return {
    ...{ name: 'mail', host: '127.0.0.1', port, tls: 'none' },
    ...{ from: 'lastgood@example.com', to: ['ops@example.com'], timeoutMs: 30_000 },
    ...over,
  };
}
