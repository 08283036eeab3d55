import { type Change, changeOf, type Deployment } from '../../../deployment/deployment.ts';
import { releaseName } from '../../../deployment/release-words.ts';
import type { Refusal } from '../../refusal.ts';
import { firstSinceTarget } from '../first-since-target.ts';
import { isSameObject, isSameRule, selectorChanges, weightChanges } from '../traffic-change.ts';
import { type BlueGreenContext, heaviest, type Switch } from './switches.ts';

/** The slot that the target served from. `surmised`: nothing recorded says so. */
export type TargetSlot = { slot: string; surmised: boolean } | { refusal: Refusal };

/**
 * By what is recorded first: where the target itself was switched to, what was in place before the release, the only slot that
 * the target changed. Else the slot that the release left alone, where there is only one.
 *
 * @param current the slot that gets the traffic now
 */
export function targetSlot(context: BlueGreenContext, one: Switch, current: string): TargetSlot {
  const { target, deployment } = context;
  const before = one.registered?.before ?? null;
  const told = sidesOf(target.changes, context, one)?.after ?? leftByTarget(context, one);
  const recorded = told ?? onlyOne(slotsChangedBy(context, target));
  if (recorded !== null) return { slot: recorded, surmised: false };
  const slots = Object.keys(context.declared?.slots ?? {});
  const changed = slotsChangedBy(context, deployment);
  const left = changed.length > 0 ? slots.filter((slot) => !changed.includes(slot)) : [];
  const other = onlyOne(left) ?? onlyOne(slots.filter((slot) => slot !== current)) ?? before;
  if (other !== null) return { slot: other, surmised: true };
  return {
    refusal: {
      code: 'target-unknown',
      reason: `Nothing recorded says from which slot ${releaseName(target)} served.`,
      advice:
        'Switch by hand to the slot that holds it; register the switch with the next deployment (its slot before and after).',
    },
  };
}

/** Where the traffic was led from and to when a release came, as its pipeline or a rollback recorded it. */
function sidesOf(changes: readonly Change[], { service }: BlueGreenContext, { object, by }: Switch) {
  const rule = 'rule' in by ? by.rule : null;
  const selected = selectorChanges(changes, service).find((one) => isSameObject(one.service, object));
  if (selected) return selected;
  const weighted = weightChanges(changes, service).find((one) => isSameRule(one, { route: object, rule }));
  const { before, after } = weighted ?? { before: null, after: null };
  return (
    weighted && {
      change: weighted.change,
      before: before && heaviest(before),
      after: after && heaviest(after),
    }
  );
}

function leftByTarget(context: BlueGreenContext, one: Switch): string | null {
  const first = firstSinceTarget(context, (changes) => sidesOf(changes, context, one)?.change);
  return (first && sidesOf([first], context, one)?.before) ?? null;
}

/** The slots whose workload it is known to have changed. */
function slotsChangedBy({ declared }: BlueGreenContext, { changes }: Deployment): string[] {
  return Object.entries(declared?.slots ?? {}).flatMap(([slot, workload]) => {
    const { before, after } = changeOf(changes, workload) ?? {};
    return before && after && before.templateDigest !== after.templateDigest ? [slot] : [];
  });
}

function onlyOne(slots: readonly string[]): string | null {
  const [found, ...more] = slots;
  return found !== undefined && more.length === 0 ? found : null;
}
