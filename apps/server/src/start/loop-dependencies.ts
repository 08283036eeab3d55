import type { Health } from '@lastgood/domain';
import type { Clock, SlotClock } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import type { Figures } from '../figures/figures.ts';
import type { Precedence } from '../lanes/precedence.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { startLoop } from '../loops/loop.ts';
import type { Outside } from '../outside/outside.ts';
import type { Receivers } from '../outside/receivers.ts';
import type { SourceBoard } from '../outside/source-board.ts';
import type { PassBoard } from '../readiness/pass-board.ts';

export interface LoopDependencies {
  config: Config;
  store: Store;
  /** What live views are read from, as other views are. */
  live: Pick<Store, 'events' | 'views'>;
  outside: Outside;
  board: SourceBoard;
  receivers: Receivers;
  hub: LiveHub;
  figures: Figures;
  /** Told what the loops get through. */
  passes: PassBoard;
  /** Taken while a slot is judged. */
  precedence: Precedence;
  /** How the database is; whoever asks, the board is told. */
  database: () => Promise<Health>;
  /** The database's, as everything that is judged and told goes by. */
  clock: SlotClock;
  newId: () => string;
  log: FastifyBaseLogger;
}

type LoopFrame = Pick<Parameters<typeof startLoop>[0], 'clock' | 'onFault'>;

/** A loop that fails goes on; what failed is logged and counted. */
export function frameOf({
  clock,
  log,
  figures,
}: Pick<LoopDependencies, 'log' | 'figures'> & { clock: Clock }): LoopFrame {
  return {
    clock,
    onFault(loop, error) {
      figures.loopFaults.inc({ loop });
      log.error({ err: error, loop }, 'a pass failed and is tried again');
    },
  };
}
