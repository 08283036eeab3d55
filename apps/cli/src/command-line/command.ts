import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { exitCodesHelp } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface Option extends ParseArgsOptionDescriptor {
  /** What stands for its value in the help; absent for a switch. */
  value?: string;
  says: string;
}

type Options = Record<string, Option>;

type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

interface Definition<O extends Options> {
  name: string;
  /** The words after the name, as in `ID [--detail WORDS]`. */
  usage: string;
  summary: string;
  /** What a person should know before using it. */
  details: string;
  options: O;
  /** Answers the exit code. `words` are the arguments that are no options. */
  run(values: Parsed<O>['values'], words: string[], terminal: Terminal): Promise<number>;
}

export interface Command {
  name: string;
  summary: string;
  help: string;
  /** Throws `UsageError` for a command line that is wrong; faults of the API pass through. */
  start(argv: string[], terminal: Terminal): Promise<number>;
}

export function defineCommand<const O extends Options>(definition: Definition<O>): Command {
  const { name, summary, options } = definition;
  return {
    name,
    summary,
    help: helpOf(definition),
    start(argv, terminal) {
      const { values, positionals } = parse(argv, options);
      return definition.run(values, positionals, terminal);
    },
  };
}

function parse<O extends Options>(args: string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

function helpOf({ name, usage, summary, details, options }: Definition<Options>): string {
  const rows = Object.entries(options).map(([option, { value, says }]) => [
    `  --${option}${value ? ` ${value}` : ''}`,
    says,
  ]);
  const width = Math.max(0, ...rows.map(([left = '']) => left.length)) + 2;
  const list = rows.map(([left = '', says]) => `${left.padEnd(width)}${says}`).join('\n');
  return [`lastgood ${name} ${usage}`.trim(), `${summary}.\n${details}`, list, exitCodesHelp].join('\n\n');
}

export const jsonOption = {
  type: 'boolean',
  says: 'print the whole answer as JSON on standard output',
} as const satisfies Option;

export const keyOption = {
  type: 'string',
  value: 'KEY',
  says: 'Idempotency-Key: the same key never does it twice; default: a fresh one',
} as const satisfies Option;
