import {
  type AlertsQuestion,
  type AlertsSeen,
  outageImpact,
  type ServiceUses,
  whyUncertain,
} from '@lastgood/domain';
import type { KeptAlerts } from '@lastgood/store/views/alert-sources';
import { iso } from '../../wire/instant.ts';
import type { Known } from './notifier-state.ts';

/** What is asked of a source as such: whether that it told of no alert means that none fires. */
export function heardQuestion(source: string): AlertsQuestion {
  return { source, labels: {}, withinMs: 300_000, about: 'now', unknown: null };
}

/** What is known of whoever tells of alerts. */
export interface SignalRows {
  /** Of each source that is configured. */
  seen: readonly AlertsSeen[];
  kept: readonly KeptAlerts[];
}

/**
 * Nobody can ask a source of alerts whether it would tell of one: it is up where it was heard from lately, and then whatever it did not
 * tell of does not fire. Else that is not known, and no trigger that asks for its alerts can be judged.
 */
export function signalState(
  { name, title }: Pick<Known, 'name' | 'title'>,
  { seen, kept }: SignalRows,
  services: readonly ServiceUses[],
): Known {
  const about = { kind: 'signals', name, title } as const;
  const one = seen.find(({ source }) => source === name);
  const { kept: all = 0, open = 0 } = kept.find(({ source }) => source === name) ?? {};
  const unheard = one?.unheard ?? null;
  const isHeard = one !== undefined && (unheard === null || isPartial.has(unheard.kind));
  const concerns = outageImpact(about, services);
  return {
    ...{ ...about, state: isHeard ? 'up' : 'unknown', since: iso(one?.heardAt ?? null), reason: null },
    alerts: { kept: all, open },
    notes: [
      ...(one && unheard ? [`${whyUncertain(one)}.`] : []),
      ...(isHeard || concerns.services.length === 0 ? [] : [`${concerns.sentence} ${concerns.meanwhile}`]),
    ],
  };
}

/** It is heard from, and there may be more than it told of. */
const isPartial: ReadonlySet<string> = new Set(['heard-again', 'left-out', 'too-many']);
