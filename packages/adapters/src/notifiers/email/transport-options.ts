import type { SMTPTransportOptions } from 'nodemailer';
import type { EmailSettings } from './settings.ts';

/** How the server is spoken to. Everything it may keep somebody waiting for has the same end. */
export function transportOptions(
  settings: EmailSettings,
): SMTPTransportOptions & { host: string; port: number } {
  const { host, tls = 'starttls', tlsCa, user, password, clientName, timeoutMs = 13_000 } = settings;
  return {
    host,
    port: settings.port ?? (tls === 'from-start' ? 465 : 587),
    secure: tls === 'from-start',
    // Somebody on the way can take STARTTLS out of a greeting: where it is asked for it is not offered to go without.
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(tlsCa !== undefined && { ca: tlsCa }) },
    // A server that offers no sign-in is told so, in place of a mail under nobody's name.
    ...(user !== undefined && { auth: { user, pass: password ?? '' }, forceAuth: true }),
    ...(clientName !== undefined && { name: clientName }),
    connectionTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxResponseSize: 65_536,
    logger: false,
  };
}

/** What must stand in no sentence: the password, also as it goes over the wire. */
export function secretsOf({ user = '', password }: EmailSettings): string[] {
  if (password === undefined) return [];
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return [base64(`\u0000${user}\u0000${password}`), base64(password), password];
}
