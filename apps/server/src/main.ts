import { CannotStartPostgres } from '@lastgood/store';
import { type Logger, pino } from 'pino';
import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load-config.ts';
import { createEnding, exitCodes } from './start/ending.ts';
import { createReleaseStack } from './start/release-stack.ts';
import { startLastgood } from './start/start.ts';

/*
 * The process: configuration in, one address out. SIGTERM, SIGINT and SIGHUP end it in order, also while it starts, and so do
 * the end of the program that started it over a channel and a fault nobody handles. A signal more later on ends it at once.
 * However it ends, short of SIGKILL, the processes it started end with it; after SIGKILL the next start takes them over.
 */

/** A first start shows its address only when it answers; a database that is down is not waited for longer than this. */
const patienceMs = 10_000;

async function main(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd(), pid: process.pid });
  const log = pino({ level: config.logLevel });
  const releases = createReleaseStack();
  const starting = startLastgood(config, log, releases);
  const ending = createEnding({
    // A start is let finish: only then is everything known that has to be ended. One that fails has ended what it started;
    // a Ctrl-C of a terminal reaches its children too, so that it may fail of that.
    stop: async () => (await starting.catch(() => null))?.stop(),
    killAll: releases.killAll,
    exit: (code) => process.exit(code),
    tell: (reason) => process.stderr.write(`${reason}\n`),
    withinMs: 15_000,
    samePressMs: 2_000,
  });
  endWith(ending, log);
  const running = await starting.catch((error: unknown) => {
    if (!ending.isUnderWay()) throw error;
    log.debug({ err: error }, 'the start was cut off');
    return null;
  });
  if (!running) return;
  running.prepared.catch((error: unknown) => {
    if (ending.isUnderWay()) return;
    say(`Lastgood cannot use its database: ${error instanceof Error ? error.message : String(error)}`);
    ending.begin(exitCodes.failed);
  });
  const late = await Promise.race([
    running.prepared.then(
      () => false,
      () => false, // told above
    ),
    new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, true).unref()),
  ]);
  for (const note of running.notes) say(note);
  if (late)
    say(`The database cannot be used yet. Lastgood answers 503 meanwhile; ${running.waitsFor() ?? ''}.`);
  if (!ending.isUnderWay()) say(`Lastgood is at ${running.url}`);
}

/** Everything that ends the process, short of what cannot be heard. */
function endWith(ending: ReturnType<typeof createEnding>, log: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => ending.begin(exitCodes.inOrder, 'asked'));
  // Only a parent that opened a channel to this process closes one.
  process.on('disconnect', () => ending.begin(exitCodes.inOrder));
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(fault, (error: unknown) => {
      log.fatal({ err: error }, 'a fault nobody handles; Lastgood ends');
      ending.begin(exitCodes.failed);
    });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`${reasonToStop(error)}\n`);
  process.exit(exitCodes.failed);
}

/** In words where a person can mend it, with the place in the code where only we can. */
function reasonToStop(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof CannotStartPostgres) return `The embedded PostgreSQL cannot start: ${error.message}`;
  return error instanceof Error ? String(error.stack) : String(error);
}

main().catch(fail);
