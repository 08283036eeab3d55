import type { Random } from '../random.ts';
import type { VirtualTime } from '../virtual-time.ts';
import type { SimulatedProcess } from './simulated-process.ts';

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

/** Requests and replies are late, and while `hasFaults` some are very late or lost: the caller never learns which. */
export function createNetwork(time: VirtualTime, random: Random, hasFaults: () => boolean): Network {
  return {
    call(from, to, serve) {
      const faulty = hasFaults();
      const slow = faulty && random.chance(0.02);
      const there = random.between(0.2, slow ? to.slowMs : to.latencyMs);
      const back = random.between(0.2, to.latencyMs);
      const requestLost = faulty && random.chance(to.lossiness);
      const replyLost = faulty && random.chance(to.lossiness);
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
