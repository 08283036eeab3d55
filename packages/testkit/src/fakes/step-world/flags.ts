import { type FlagSeen, type Flags, flagStateOf, isBetween, servesFlag } from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

export interface FlagStates {
  /** By name of the flag. */
  flags: Record<string, FlagSeen>;
}

export function createInMemoryFlags(receivers: ReceiverState, state: FlagStates): Flags {
  return {
    readFlag: reading(receivers, 'flag', ({ flag }) => state.flags[flag]),
    setFlag: receive(receivers, 'set-flag', {
      find: ({ flag }) => state.flags[flag],
      seen: (flag) => flag,
      isThere: (flag, { to }) => servesFlag(flag.value, to) && !flag.archived,
      fence: (flag, { from, to }) =>
        isBetween(flag.value, from, to) && !flag.archived ? null : '412: another version',
      write(flag, { to }) {
        const whole = typeof to === 'object' || typeof flag.value === 'object';
        // What is not named stays.
        flag.value = whole ? { ...flagStateOf(flag.value), ...flagStateOf(to) } : to;
        flag.version = Number(flag.version) + 1;
      },
    }),
  };
}
