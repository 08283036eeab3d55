import type { IncomingMessage, Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Judgement } from '../security/judge-request.ts';
import { livePath, opensWebsocket } from './live-handshake.ts';
import type { LiveHub } from './live-hub.ts';

export interface LiveDoorOptions {
  hub: LiveHub;
  judge: Judgement;
  /** What the start still waits for; null when there is something to listen to. */
  preparing: () => string | null;
  /** As many live connections at once, and no more: a further one is told so and closed. */
  maxClients: number;
  /** A connection that broke. */
  onBroken(error: Error): void;
}

/** Try again later: https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number */
const tryAgainLater = 1013;
/** One that was turned away and does not close its end is cut after this time. */
const partingMs = 2_000;

/**
 * Decides about an upgrade before the socket leaves the hands of the HTTP server. Only one that is wanted is upgraded; every
 * other is an ordinary request, so it is answered by the ordinary hooks and routes and its socket is closed with the
 * others. Nobody else owns sockets here.
 */
export function createLiveDoor({ hub, judge, preparing, maxClients, onBroken }: LiveDoorOptions) {
  // What a client says is not listened to.
  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: 1024,
    perMessageDeflate: false,
  });

  /** Opened only to be told why it cannot stay: a browser shows a page nothing of a refused handshake. */
  const turnAway = (websocket: WebSocket) => {
    // At most 123 bytes: https://www.rfc-editor.org/rfc/rfc6455#section-5.5
    websocket.close(tryAgainLater, `All ${maxClients} live connections of this Lastgood are taken`);
    const cut = setTimeout(() => websocket.terminate(), partingMs).unref();
    websocket.on('close', () => clearTimeout(cut));
  };

  return {
    /** For Node's `shouldUpgradeCallback`. */
    opensFor(request: IncomingMessage): boolean {
      const { method, url, headers } = request;
      if (method !== 'GET' || url?.split('?')[0] !== livePath || !opensWebsocket(headers)) return false;
      if (preparing() !== null) return false;
      try {
        judge({ method, route: livePath, headers, offered: true });
        return true;
      } catch {
        // Judged once more as an ordinary request, which tells the reason.
        return false;
      }
    },
    attach(server: Server): void {
      server.on('upgrade', (request, socket, head) => {
        websockets.handleUpgrade(request, socket, head, (websocket) => {
          websocket.on('error', onBroken);
          if (hub.size() >= maxClients) return turnAway(websocket);
          const { searchParams } = new URL(request.url ?? '', 'http://lastgood');
          const client = hub.join(websocket, searchParams.get('deployment'), searchParams.get('readings'));
          websocket.on('pong', client.heard);
          websocket.on('close', client.leave);
        });
      });
    },
  };
}

export type LiveDoor = ReturnType<typeof createLiveDoor>;
