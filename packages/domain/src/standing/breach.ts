import { describeBreach, describeFiring } from '../decision/sentence.ts';
import type { NamedRelease } from '../deployment/release-words.ts';
import { formatSpan } from '../trigger/format.ts';
import { standsStill } from '../trigger/stands-still.ts';
import { isDeciding, type RollbackTrigger, severityRank } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { KnownService } from './known-service.ts';

/** A trigger in breach, of a release that is judged by it. */
export type Breach = { trigger: RollbackTrigger; state: TriggerState };

/** The worst breach: firing before pending, then by severity. Recorded ones are none. */
export function worstBreach({ triggers, release }: KnownService): Breach | null {
  if (!release || release.status === 'rolled_back') return null;
  const breaches = triggers.flatMap(({ trigger, state }) =>
    state && isDeciding(trigger) && (state.phase === 'firing' || state.phase === 'pending')
      ? [{ trigger, state }]
      : [],
  );
  const rank = ({ trigger, state }: Breach) =>
    (state.phase === 'firing' ? 10 : 0) + severityRank[trigger.severity];
  return (
    breaches.sort(
      (a, b) =>
        rank(b) - rank(a) || a.state.since - b.state.since || a.trigger.name.localeCompare(b.trigger.name),
    )[0] ?? null
  );
}

/** A breach that is only recorded: nobody is called, and nothing is quiet. */
export function recordedBreach({ triggers }: KnownService): Breach | null {
  const [first] = triggers.flatMap(({ trigger, state }) =>
    state && !isDeciding(trigger) && (state.phase === 'firing' || state.phase === 'pending')
      ? [{ trigger, state }]
      : [],
  );
  return first ?? null;
}

/**
 * "high_error_rate 8.2 % > 5 %". How long it lasts is for the instant beside it: a number that was true at the last reading would differ
 * from what counts on there. Where time stands still, it is said: "…, lasting 1 min 20 s of 2 min; time does not count meanwhile".
 */
export function breachLead({ trigger, state }: Breach): string {
  if (state.phase === 'firing') return `${trigger.name} ${describeFiring(trigger, state)}`;
  const said = `${trigger.name} ${describeBreach(trigger, state)}`;
  if (!standsStill(state)) return said;
  const lasting = `lasting ${formatSpan(state.heldMs)} of ${formatSpan(trigger.forMs)}`;
  return `${said}, ${lasting}; time does not count meanwhile`;
}

/** As people call it: its version, else Lastgood's own number. */
export function nameOf({ release, version }: NamedRelease): string {
  return version ?? `release ${release}`;
}
