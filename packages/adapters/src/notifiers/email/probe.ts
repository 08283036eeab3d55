import type { SMTPTransportOptions } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/**
 * Connects, says EHLO, goes over to TLS, signs in, resets and leaves, as before every mail but without one. Rejects with what went
 * wrong, or with the signal's reason; whatever happens nothing stays open.
 */
export async function greet(options: SMTPTransportOptions, signal: AbortSignal): Promise<void> {
  const connection = new SMTPConnection(options);
  const { promise: broken, reject } = Promise.withResolvers<never>();
  // It is heard for as long as the connection lives, and may come after the answer.
  broken.catch(() => {});
  connection.on('error', reject);
  connection.once('end', () =>
    reject(Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' })),
  );
  const calledOff = () => reject(signal.reason);
  signal.addEventListener('abort', calledOff, { once: true });
  const asked = (ask: (done: (error?: Error | null) => void) => void) =>
    Promise.race([
      broken,
      new Promise<void>((resolve, fail) => ask((error) => (error ? fail(error) : resolve()))),
    ]);
  try {
    signal.throwIfAborted();
    await asked((done) => connection.connect(done));
    const { auth } = options;
    if (auth) await asked((done) => connection.login({ user: auth.user, pass: auth.pass }, done));
    await asked((done) => connection.reset(done));
    connection.quit();
  } finally {
    signal.removeEventListener('abort', calledOff);
    connection.close();
  }
}
