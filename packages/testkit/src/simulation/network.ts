import type { SimulatedProcess } from './simulated-process.ts';
import type { Random } from '../random.ts';
import type { VirtualTime } from '../virtual-time.ts';

export class ConnectionLost extends Error {}

export interface Network {
  /** Asks a server outside the process: what arrives there happens, whatever becomes of who asked. */
  call<T>(from: SimulatedProcess, to: NetworkTarget, serve: () => Promise<T>): Promise<T>;
}

export interface NetworkTarget {
  name: string;
  /** Longest time on the way there, usually and when it is slow. */
  latencyMs: number;
  slowMs: number;
  lossiness: number;
}

/** Requests and replies are late, and while `isStormy` some are very late or lost: the caller never learns which. */
export function createNetwork(time: VirtualTime, random: Random, isStormy: () => boolean): Network {
  return {
    call(from, to, serve) {
      const stormy = isStormy();
      const slow = stormy && random.chance(0.02);
      const there = random.between(0.2, slow ? to.slowMs : to.latencyMs);
      const back = random.between(0.2, to.latencyMs);
      const requestLost = stormy && random.chance(to.lossiness);
      const replyLost = stormy && random.chance(to.lossiness);
      return new Promise((resolve, reject) => {
        const lose = () =>
          from.after(back + 200, () => reject(new ConnectionLost(`${to.name}: connection reset`)));
        time.after(there, () => {
          if (requestLost) return lose();
          serve().then(
            (value) => (replyLost ? lose() : from.after(back, () => resolve(value))),
            (error) => from.after(back, () => reject(error)),
          );
        });
      });
    },
  };
}
