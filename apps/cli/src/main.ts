import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { exitCodes } from './command-line/exit-code.ts';
import { type Terminal, withoutControls } from './command-line/terminal.ts';
import { runCommand } from './run-command.ts';

const terminal: Terminal = {
  answer: (line) => void process.stdout.write(`${withoutControls(line)}\n`),
  say: (line) => void process.stderr.write(`${withoutControls(line)}\n`),
  now: () => Date.now(),
  sleep: (ms) => sleep(ms),
  newKey: () => randomUUID(),
};

// Whoever read it has gone, as `head` does: as a program that SIGPIPE ends.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(128 + constants.signals.SIGPIPE);
  });

// An exit code instead of an exit: what was written to a pipe is still on its way.
try {
  process.exitCode = await runCommand(process.argv.slice(2), process.env, terminal);
} catch (error) {
  terminal.say(`lastgood itself failed: ${inspect(error)}`);
  process.exitCode = exitCodes.fault;
}
