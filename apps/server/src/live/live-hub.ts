import { concerns, type LiveMessage, merge } from './live-messages.ts';
import { newestOf, type Tick } from './newest-of-tick.ts';
import { createTellingReadings } from './telling-readings.ts';

/** A websocket as the hub needs it. */
export interface LiveSocket {
  send(frame: Buffer, asText: { binary: false }): void;
  /** Bytes accepted by `send` and not yet given to the network. */
  readonly bufferedAmount: number;
  ping(): void;
  close(code: number, reason: string): void;
  /** Cuts the connection without a word. */
  terminate(): void;
}

interface Client {
  socket: LiveSocket;
  /** Only this deployment, when given. */
  deployment: string | null;
  /** Of this deployment all readings, when given; of the others those that tell something. */
  readings: string | null;
  /** The deployment's service, learned from its messages. */
  service: string | null;
  /** What could not be sent while it was behind: the newest message per key. */
  behind: Map<string, LiveMessage>;
  behindSince: number | null;
  /** Whether it answered since it was last asked. */
  heard: boolean;
}

/** A place among those who listen. */
export interface LiveClient {
  /** It answered a ping. */
  heard(): void;
  leave(): void;
}

export interface LiveHubSettings {
  /** A client with more unsent bytes is behind. */
  maxBufferedBytes: number;
  /** A client that stays behind for longer is cut off; it reconnects and refetches. */
  maxBehindMs: number;
}

const liveHubSettings: LiveHubSettings = { maxBufferedBytes: 1_048_576, maxBehindMs: 30_000 };

/**
 * Sends frames to everybody who listens: one frame per client and flush, written once for all that get the same, as bytes: their
 * sockets share them, however many have not sent them yet. What a slow client has not received is kept as the newest message per key, so it costs no more than one screen.
 */
export function createLiveHub(settings: LiveHubSettings = liveHubSettings) {
  const clients = new Set<Client>();
  const telling = createTellingReadings();
  let onJoined = () => {};

  const deliver = (client: Client, messages: readonly LiveMessage[], frame: Buffer | null, now: number) => {
    if (client.socket.bufferedAmount > settings.maxBufferedBytes) {
      merge(client.behind, messages);
      client.behindSince ??= now;
      if (now - client.behindSince > settings.maxBehindMs) {
        // A close frame would wait behind everything it has not read.
        client.socket.terminate();
        clients.delete(client);
      }
      return;
    }
    if (client.behindSince === null) {
      if (messages.length > 0) client.socket.send(frame ?? frameOf(messages), asText);
      return;
    }
    merge(client.behind, messages);
    client.socket.send(frameOf([...client.behind.values()]), asText);
    client.behind.clear();
    client.behindSince = null;
  };

  return {
    size: () => clients.size,
    /** Told of everybody who begins to listen: whoever comes back takes the line for alive when it says something. */
    whenJoined(listener: () => void): void {
      onJoined = listener;
    },
    join(socket: LiveSocket, deployment: string | null, readings: string | null = null): LiveClient {
      const client: Client = {
        ...{ socket, deployment, readings, service: null },
        ...{ behind: new Map(), behindSince: null, heard: true },
      };
      if (clients.size === 0) telling.forget();
      clients.add(client);
      onJoined();
      return {
        heard() {
          client.heard = true;
        },
        leave: () => void clients.delete(client),
      };
    },
    /** Cuts off who has not answered since the last time, and asks the others. Every client answers pings by itself. */
    dropSilent(): void {
      for (const client of [...clients]) {
        if (client.heard) client.socket.ping();
        else {
          client.socket.terminate();
          clients.delete(client);
        }
        client.heard = false;
      }
    },
    broadcast(messages: readonly LiveMessage[], now: number): void {
      if (clients.size === 0 || messages.length === 0) return;
      const tick = newestOf(messages);
      const common = [...telling.of(tick.readings), ...tick.others];
      const whole = frameOf(common);
      for (const client of [...clients]) {
        if (client.deployment !== null) deliver(client, wantedBy(client, client.deployment, tick), null, now);
        else if (client.readings === null) deliver(client, common, whole, now);
        else deliver(client, withReadingsOf(client.readings, common, tick), null, now);
      }
    },
    /** Asks every client to leave. */
    closeAll(): void {
      for (const client of clients) client.socket.close(1001, 'Lastgood is stopping');
    },
    /** Cuts off everybody who is still there. */
    terminateAll(): void {
      for (const client of [...clients]) client.socket.terminate();
      clients.clear();
    },
  };
}

export type LiveHub = ReturnType<typeof createLiveHub>;

function wantedBy(client: Client, deployment: string, { readings, others }: Tick): LiveMessage[] {
  const own = readings.get(deployment) ?? [];
  const known = own[0] ?? others.find((message) => message.type === 'changed' && message.id === deployment);
  if (known && 'service' in known) client.service = known.service;
  return [...own, ...others.filter((message) => concerns(message, deployment, client.service))];
}

function withReadingsOf(
  deployment: string,
  common: readonly LiveMessage[],
  { readings }: Tick,
): LiveMessage[] {
  const isOwn = (message: LiveMessage) => message.type === 'reading' && message.deploymentId === deployment;
  return [...(readings.get(deployment) ?? []), ...common.filter((message) => !isOwn(message))];
}

const asText = { binary: false } as const;

function frameOf(messages: readonly LiveMessage[]): Buffer {
  return Buffer.from(JSON.stringify({ messages }));
}
