import { connect, signWith } from '@lastgood/api-client';
import { faultOf } from './asking/fault.ts';
import type { Command } from './command-line/command.ts';
import { exitCodes, exitCodesHelp } from './command-line/exit-code.ts';
import type { Terminal } from './command-line/terminal.ts';
import { UsageError } from './command-line/usage-error.ts';
import { commands } from './commands/index.ts';

export interface CliEnvironment {
  LASTGOOD_URL?: string | undefined;
  LASTGOOD_TOKEN?: string | undefined;
  LASTGOOD_NAME?: string | undefined;
  /** Who is logged in, as the system names them. */
  USER?: string | undefined;
}

const standardUrl = 'http://127.0.0.1:4600';

/** Runs one command line and answers its exit code. Throws only for faults of the program itself. */
export async function runCommand(
  argv: readonly string[],
  environment: CliEnvironment,
  terminal: Terminal,
): Promise<number> {
  const [first = '', ...rest] = argv;
  const help = ['help', '--help', '-h'];
  const command = commands.find(({ name }) => name === (help.includes(first) ? rest[0] : first));
  if (command && (help.includes(first) || asksForHelp(rest))) return say(terminal, command.help);
  if (help.includes(first) && rest.length === 0) return say(terminal, overview());
  try {
    if (!command) throw new UsageError(first === '' ? overview() : `There is no command ${argv.join(' ')}.`);
    connect(connectionOf(environment));
    signWith(nameOf(environment));
    return await command.start(rest, terminal);
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    for (const line of fault.lines) terminal.say(line);
    if (fault.code === exitCodes.usage && first !== '') terminal.say(hint(command));
    return fault.code;
  }
}

function say(terminal: Terminal, words: string): number {
  terminal.answer(words);
  return exitCodes.ok;
}

/** Before a lone `--`: what follows that is a word, whatever it looks like. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h');
}

function hint(command: Command | undefined): string {
  return `See lastgood ${command ? `${command.name} ` : ''}--help.`;
}

function connectionOf(environment: CliEnvironment): { url: string; token: string | null } {
  // A variable that a pipeline sets to nothing is not set.
  const url = environment.LASTGOOD_URL || standardUrl;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`LASTGOOD_URL is "${url}"; it must be an http or https address`);
  const token = environment.LASTGOOD_TOKEN?.trim() || null;
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    throw new UsageError('LASTGOOD_TOKEN has characters that no token has');
  return { url, token };
}

/** What acts are signed with where no token says who asks. */
function nameOf({ LASTGOOD_NAME, USER }: CliEnvironment): string | null {
  return LASTGOOD_NAME?.trim() || USER?.trim() || null;
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    'lastgood COMMAND ...',
    commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join('\n'),
    'lastgood COMMAND --help says more.',
    `LASTGOOD_URL    where Lastgood is; default ${standardUrl}\nLASTGOOD_TOKEN  the token it asks for, if it does\nLASTGOOD_NAME   who you are, for the record where no token says it; default your user name`,
    exitCodesHelp,
  ].join('\n\n');
}
