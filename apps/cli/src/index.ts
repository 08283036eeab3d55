export { exitCodes } from './command-line/exit-code.ts';
export type { Terminal } from './command-line/terminal.ts';
export { type CliEnvironment, runCommand } from './run-command.ts';
