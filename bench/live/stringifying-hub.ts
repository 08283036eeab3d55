import type { LiveHub, LiveSocket } from '@lastgood/server/live/live-hub';
import { newestOf } from '@lastgood/server/live/newest-of-tick';
import { createTellingReadings } from '@lastgood/server/live/telling-readings';

/** The rival: chooses what is told as ours does, and writes it as text for each client. */
export function createStringifyingHub(): LiveHub {
  const sockets = new Set<LiveSocket & { send(text: string): void }>();
  const telling = createTellingReadings();
  return {
    size: () => sockets.size,
    whenJoined() {},
    join(socket) {
      const client = socket as LiveSocket & { send(text: string): void };
      sockets.add(client);
      return { heard() {}, leave: () => void sockets.delete(client) };
    },
    dropSilent() {},
    broadcast(given) {
      const { readings, others } = newestOf(given);
      const messages = [...telling.of(readings), ...others];
      if (messages.length > 0) for (const socket of sockets) socket.send(JSON.stringify({ messages }));
    },
    closeAll() {},
    terminateAll() {
      for (const socket of sockets) socket.terminate();
    },
  };
}
