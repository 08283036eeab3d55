import type { FastifyInstance } from 'fastify';
import type { LiveHub } from '../live/live-hub.ts';

/**
 * Takes no more connections, lets requests under way be answered and live clients leave for `withinMs`, and cuts what is
 * still there then: a slow body, a client that never sends or never reads, one that ignores the close frame.
 */
export async function drain(app: FastifyInstance, hub: LiveHub, withinMs: number): Promise<void> {
  const cut = setTimeout(() => {
    hub.terminateAll();
    app.server.closeAllConnections();
  }, withinMs);
  hub.closeAll();
  await app.close();
  clearTimeout(cut);
}
