import { setImmediate as afterOthers } from 'node:timers/promises';

let last: Promise<void> = Promise.resolve();

/**
 * The next turn of the event loop that nobody else has taken: of all who have much to read, one reads in each turn, so that
 * however many there are, timers and sockets wait for one of them only.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => afterOthers());
  return last;
}
