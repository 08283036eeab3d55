/** The embedded PostgreSQL cannot start here; the message says in one sentence what a person can do. */
export class CannotStartPostgres extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CannotStartPostgres';
  }
}
