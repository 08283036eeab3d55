import type { FlagSeen, Flags } from '@lastgood/domain';
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
      isThere: (flag, { to }) => flag.value === to && !flag.archived,
      fence: (flag, { from }) => (flag.value === from && !flag.archived ? null : '412: another version'),
      write(flag, { to }) {
        flag.value = to;
        flag.version += 1;
      },
    }),
  };
}
