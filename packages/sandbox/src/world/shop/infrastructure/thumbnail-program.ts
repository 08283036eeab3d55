import type { SandboxClock } from '../../../kubernetes/index.ts';
import type { ProgramAnswer, ProgramRequest, StartProgram } from '../../../services/index.ts';
import { readWorkers, statePathOf } from './shop-stack.ts';

interface ThumbnailOptions {
  statePath: string;
  clock: Pick<SandboxClock, 'now'>;
}

const lookEveryMs = 1_000;

/** Makes as many thumbnails in a second as its stack has workers; whoever asks for more is turned away. */
export function createThumbnailProgram({ statePath, clock }: ThumbnailOptions) {
  let known: { workers: number | null; at: number } | null = null;
  let second = { at: 0, made: 0 };

  /** What was read last counts while the state is being written. */
  async function workers(): Promise<number | null> {
    if (known === null || clock.now() - known.at >= lookEveryMs)
      known = { workers: (await readWorkers(statePath)) ?? known?.workers ?? null, at: clock.now() };
    return known.workers;
  }

  return {
    async answer(_request: ProgramRequest): Promise<ProgramAnswer> {
      const most = (await workers()) ?? 0;
      const at = Math.floor(clock.now() / 1_000);
      if (second.at !== at) second = { at, made: 0 };
      second.made += 1;
      if (second.made > most) return { status: 503, body: { error: `all ${most} workers are busy` } };
      return { status: 200, body: { thumbnail: `${second.made} of ${most}` } };
    },
    isReady: async () => (await workers()) !== null,
    close: () => Promise.resolve(),
  };
}

export const startThumbnails: StartProgram = ({ folder, clock }) =>
  createThumbnailProgram({ statePath: statePathOf(folder), clock });
