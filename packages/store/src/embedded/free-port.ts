import { createServer } from 'node:net';

/**
 * Systems give out ports by themselves from 32768 (Linux) or 49152 (macOS, Windows) on, to whoever listens on any port and
 * to every connection that goes out. A port that is to be had again after a restart is taken from below.
 */
const lowest = 20_000;
const highest = 32_767;

/** A port of the loopback address where nobody listens, and which the system gives to nobody by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    if (await isFreePort(port)) return port;
  }
}

export function isFreePort(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
