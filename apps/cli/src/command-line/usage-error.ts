/** The command line, the environment or a file is wrong; nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
