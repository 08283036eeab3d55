export { exitCodes } from './exit-code.ts';
export { type CliEnvironment, runCommand } from './run-command.ts';
export type { Terminal } from './terminal.ts';
