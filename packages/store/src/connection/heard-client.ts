import pg from 'pg';

/**
 * A connection whose loss ends no process, from its first moment on. A server that shuts down may say so in one packet with
 * the answer that opens the connection or sets it free, before its pool or its user can listen. Whoever queries next is told.
 */
export class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
