import type { Flags } from '@lastgood/domain/ports/flags';
import { isBetween, servesFlag } from '@lastgood/domain/rollback/contracts/flag-state';
import type { FlagSeen, FlagTarget } from '@lastgood/domain/rollback/contracts/set-flag';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf } from '@lastgood/domain/rollback/need';
import type { Operation } from '@lastgood/domain/rollback/run';

/** A flag as the contract judges it, and as its provider has it. */
export interface FlagReading<Held> {
  seen: FlagSeen;
  held: Held;
}

export interface FlagWrite<Held> {
  step: FlagTarget;
  reading: FlagReading<Held>;
  operation: Operation;
}

/** What each provider does in its own way. Outside faults are results. */
export interface FlagProvider<Held> {
  read(flag: AskOf<'flag'>, signal: AbortSignal): Promise<Observed<FlagReading<Held>>>;
  /** Sends with whatever the provider can refuse by; `reading` is from right before. */
  write(write: FlagWrite<Held>, signal: AbortSignal): Promise<EffectResult>;
}

/**
 * The port over one provider. Right before a write the flag is read again: what was changed since it was looked at is not
 * overwritten, but looked at anew, and judged by what is there then.
 */
export function flagsOf<Held>(provider: FlagProvider<Held>): Flags {
  async function look(flag: AskOf<'flag'>, signal: AbortSignal): Promise<Observed<FlagSeen>> {
    const read = await provider.read(flag, signal);
    return read.kind === 'seen' ? { kind: 'seen', seen: read.seen.seen } : read;
  }
  return {
    readFlag: look,
    setFlag: {
      observe: (step, _operation, signal) => look(step, signal),
      async apply(step, judged, operation, signal) {
        const read = await provider.read(step, signal);
        if (read.kind === 'unreachable') return { kind: 'retry', reason: read.reason, afterMs: 1_000 };
        if (read.kind === 'not-found') return { kind: 'refused', reason: `${read.reason}.` };
        const reading = read.seen;
        const { seen } = reading;
        if (!seen.archived && servesFlag(seen.value, step.to))
          return { kind: 'already', note: `${step.flag} was so already` };
        if (!isAsJudged(step, seen, judged))
          return { kind: 'retry', reason: `${step.flag} was changed while it was looked at`, afterMs: 0 };
        return provider.write({ step, reading, operation }, signal);
      },
    },
  };
}

function isAsJudged(step: FlagTarget, now: FlagSeen, judged: FlagSeen): boolean {
  return !now.archived && now.version === judged.version && isBetween(now.value, step.from, step.to);
}
