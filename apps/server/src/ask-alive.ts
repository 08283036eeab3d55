import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load-config.ts';

/*
 * node apps/server/src/ask-alive.ts: whether the server of this configuration lives; 0 or 1. For the health check of the image,
 * which finds host and port where the server does. It does not ask whether it can act: what starts a container again when it
 * is ill mends no database.
 */

const answerWithinMs = 4_000;

/** A server that listens on every address is asked on this machine's own. */
const loopback: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

async function isAlive(): Promise<boolean> {
  const { host, port } = loadConfig({ env: process.env, cwd: process.cwd(), pid: process.pid }).server;
  const at = loopback[host] ?? host;
  const url = `http://${at.includes(':') ? `[${at}]` : at}:${port}/healthz`;
  const { ok } = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
  return ok;
}

try {
  process.exitCode = (await isAlive()) ? 0 : 1;
} catch (error) {
  const reason = error instanceof ConfigError ? error.message : String(error);
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
