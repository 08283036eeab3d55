import type { Notifier, NotifyRoute } from '@lastgood/domain';
import { createReceiverBoard, type ReceiverBoard } from './receiver-board.ts';

/** Who is told: the notifiers, the routes that lead to them, and what is known to be wrong with either. */
export interface Receivers {
  /** In the order of the configuration. */
  notifiers: readonly Notifier[];
  routes: readonly NotifyRoute[];
  /** Where people reach the server, for the links in messages; null where nobody said. */
  publicUrl: string | null;
  board: ReceiverBoard;
}

export function createReceivers(given: Partial<Omit<Receivers, 'board'>> = {}): Receivers {
  return { notifiers: [], routes: [], publicUrl: null, ...given, board: createReceiverBoard() };
}
