import { concerns, type LiveMessage, merge } from './live-messages.ts';

/** A websocket as the hub needs it. */
export interface LiveSocket {
  send(frame: string): void;
  /** Bytes accepted by `send` and not yet given to the network. */
  readonly bufferedAmount: number;
  close(code: number, reason: string): void;
}

interface Client {
  socket: LiveSocket;
  /** Only this deployment, when given. */
  deployment: string | null;
  /** The deployment's service, learned from its messages. */
  service: string | null;
  /** What could not be sent while it was behind: the newest message per key. */
  behind: Map<string, LiveMessage>;
  behindSince: number | null;
}

export interface LiveHubSettings {
  /** A client with more unsent bytes is behind. */
  maxBufferedBytes: number;
  /** A client that stays behind for longer is closed; it reconnects and refetches. */
  maxBehindMs: number;
}

const liveHubSettings: LiveHubSettings = { maxBufferedBytes: 1_048_576, maxBehindMs: 30_000 };

/**
 * Sends frames to everybody who listens: one frame per client and flush, written as text once for all that get the same.
 * What a slow client has not received is kept as the newest message per key, so it costs no more than one screen.
 */
export function createLiveHub(settings: LiveHubSettings = liveHubSettings) {
  const clients = new Set<Client>();

  const deliver = (client: Client, messages: readonly LiveMessage[], text: string | null, now: number) => {
    if (client.socket.bufferedAmount > settings.maxBufferedBytes) {
      merge(client.behind, messages);
      client.behindSince ??= now;
      if (now - client.behindSince > settings.maxBehindMs) {
        clients.delete(client);
        client.socket.close(1013, 'too slow; connect again and refetch');
      }
      return;
    }
    if (client.behindSince === null) {
      if (messages.length > 0) client.socket.send(text ?? frameOf(messages));
      return;
    }
    merge(client.behind, messages);
    client.socket.send(frameOf([...client.behind.values()]));
    client.behind.clear();
    client.behindSince = null;
  };

  return {
    size: () => clients.size,
    /** Returns how to leave. */
    join(socket: LiveSocket, deployment: string | null): () => void {
      const client: Client = { socket, deployment, service: null, behind: new Map(), behindSince: null };
      clients.add(client);
      return () => clients.delete(client);
    },
    broadcast(messages: readonly LiveMessage[], now: number): void {
      if (clients.size === 0 || messages.length === 0) return;
      const byKey = new Map<string, LiveMessage>();
      merge(byKey, messages);
      const latest = [...byKey.values()];
      const whole = frameOf(latest);
      for (const client of [...clients]) {
        if (client.deployment === null) deliver(client, latest, whole, now);
        else deliver(client, wantedBy(client, client.deployment, latest), null, now);
      }
    },
    closeAll(): void {
      for (const client of clients) client.socket.close(1001, 'Lastgood is stopping');
      clients.clear();
    },
  };
}

export type LiveHub = ReturnType<typeof createLiveHub>;

function wantedBy(client: Client, deployment: string, messages: readonly LiveMessage[]): LiveMessage[] {
  const own = messages.find(
    (message) =>
      (message.type === 'reading' && message.deploymentId === deployment) ||
      (message.type === 'changed' && message.id === deployment),
  );
  if (own && own.type !== 'heartbeat') client.service = own.service;
  return messages.filter((message) => concerns(message, deployment, client.service));
}

function frameOf(messages: readonly LiveMessage[]): string {
  return JSON.stringify({ messages });
}
