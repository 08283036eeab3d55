/** This database is not for this version, and waiting does not change that. The message says what to do. */
export class DatabaseRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseRefused';
  }
}
