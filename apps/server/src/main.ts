import { CannotStartPostgres } from '@lastgood/store';
import { pino } from 'pino';
import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load-config.ts';
import { startLastgood } from './start/start.ts';

/*
 * The process: configuration in, one address out. SIGTERM, SIGINT and SIGHUP end it in order, also while it starts; one
 * more later on ends it at once.
 */

/** A first start shows its address only when it answers; a database that is down is not waited for longer than this. */
const patienceMs = 10_000;
/** One Ctrl-C arrives several times: from the terminal, and once more from each program that waits for this one. */
const samePressMs = 2_000;

async function main(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd(), pid: process.pid });
  const log = pino({ level: config.logLevel });
  const starting = startLastgood(config, log);
  let stoppingSince: number | null = null;
  const stop = async (code: number) => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > samePressMs) process.exit(130);
      return;
    }
    stoppingSince = performance.now();
    // A start is let finish: only then is everything known that has to be ended.
    await (await starting).stop();
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop(0).catch(fail);
    });
  }
  const running = await starting;
  running.prepared.catch((error: unknown) => {
    if (stoppingSince !== null) return;
    say(`Lastgood cannot use its database: ${error instanceof Error ? error.message : String(error)}`);
    stop(1).catch(fail);
  });
  const late = await Promise.race([
    running.prepared.then(
      () => false,
      () => false, // told above
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, true).unref()),
  ]);
  for (const note of running.notes) say(note);
  if (late) say('The database does not answer yet; Lastgood waits for it and answers 503 meanwhile.');
  if (stoppingSince === null) say(`Lastgood is at ${running.url}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`${reasonToStop(error)}\n`);
  process.exit(1);
}

/** In words where a person can mend it, with the place in the code where only we can. */
function reasonToStop(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof CannotStartPostgres) return `The embedded PostgreSQL cannot start: ${error.message}`;
  return error instanceof Error ? String(error.stack) : String(error);
}

main().catch(fail);
