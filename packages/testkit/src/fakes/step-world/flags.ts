import type { FlagSeen, Flags } from '@lastgood/domain';
import { type Outside, reading, receive } from './receiver.ts';

export interface FlagStates {
  /** By name of the flag. */
  flags: Record<string, FlagSeen>;
}

export function createInMemoryFlags(outside: Outside, state: FlagStates): Flags {
  return {
    readFlag: reading(outside, 'flag', ({ flag }) => state.flags[flag]),
    setFlag: receive(outside, 'set-flag', {
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
