import type { EffectResult } from '@lastgood/domain/rollback/effect';

/**
 * What goes wrong with the next call of a kind. `unreachable`: nothing happens, looks say so and effects are to be retried,
 * or are refused when it is so `forGood`.
 * `too-many-requests`: nothing happens, retry after `afterMs`. `lost-reply`: the effect happens, the caller hears `unknown`.
 * `lost-request`: nothing happens, the caller hears `unknown` all the same.
 */
export type RolloutFault =
  | { kind: 'unreachable'; reason: string; forGood?: true }
  | { kind: 'too-many-requests'; afterMs: number }
  | { kind: 'lost-reply' }
  | { kind: 'lost-request' };

/** What whoever sent an effect hears of it. */
export function effectOf(fault: RolloutFault): EffectResult {
  switch (fault.kind) {
    case 'too-many-requests':
      return { kind: 'retry', reason: reasonOf(fault), afterMs: fault.afterMs };
    case 'unreachable':
      if (fault.forGood) return { kind: 'refused', reason: fault.reason };
      return { kind: 'retry', reason: fault.reason, afterMs: 1_000 };
    case 'lost-reply':
    case 'lost-request':
      return { kind: 'unknown', reason: reasonOf(fault) };
  }
}

export function reasonOf(fault: RolloutFault): string {
  switch (fault.kind) {
    case 'unreachable':
      return fault.reason;
    case 'too-many-requests':
      return 'the API server answered 429';
    case 'lost-reply':
    case 'lost-request':
      return 'the answer was lost';
  }
}
