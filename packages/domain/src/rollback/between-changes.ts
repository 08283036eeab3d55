import { type Change, changeKinds, type Deployment, type OtherChange } from '../deployment/deployment.ts';
import type { PassedRelease } from '../deployment/jump.ts';
import { releaseName } from '../deployment/release-words.ts';
import type { Service } from '../service/service.ts';
import { isSameValue, placeOf, targetInWords } from './between-values.ts';
import { contractOf } from './contract-of.ts';
import type { Refusal } from './refusal.ts';
import type { Step } from './step.ts';
import { isConfigurationChange } from './ways/configuration/change.ts';

export interface GoingBack {
  service: Service;
  deployment: Deployment;
  target: Deployment;
  between: readonly PassedRelease[];
}

/** What releases between have changed in one place, and have not taken back by themselves. */
interface ChangedBetween {
  change: OtherChange;
  by: PassedRelease;
  /** What was there before them; null where nobody registered it. */
  before: unknown;
}

/**
 * A target further back served without what the releases after it brought: flags, schemas, weights, stacks. The ways take back
 * what the deployment itself changed; what those between changed and the plan does not set to what it was is refused.
 */
export function betweenRefusals(back: GoingBack, steps: readonly Step[]): Refusal[] {
  const { service, deployment, target } = back;
  const told = steps.flatMap((step) => contractOf(step).record?.(step, deployment, 0) ?? []);
  const at = (changes: readonly Change[], place: string) =>
    others(changes).findLast((one) => placeOf(one, service) === place);
  return [...changedBetween(back)].flatMap(([place, { change, by, before }]) => {
    const own = at(deployment.changes, place);
    const set = at(told, place);
    // Where the traffic of a declared route or slot goes is judged by what is seen.
    if (set && change.kind === 'traffic' && deployment.strategy !== 'rolling') return [];
    const served = at(target.changes, place)?.after ?? null;
    // The ways for these return to what the target registered.
    if ((own || set) && served !== null && change.kind !== 'traffic') return [];
    const wanted = served ?? before;
    if (set && wanted !== null && isSameValue(set.after, wanted)) return [];
    return [refusal(back, change, by)];
  });
}

function changedBetween({ service, between }: GoingBack): Map<string, ChangedBetween> {
  const found = new Map<string, ChangedBetween>();
  for (const by of between.toSorted((a, b) => a.release - b.release))
    for (const change of others(by.changes)) {
      const place = placeOf(change, service);
      const before = found.has(place) ? found.get(place)?.before : change.before;
      if (before !== null && isSameValue(before, change.after)) found.delete(place);
      else found.set(place, { change, by, before: before ?? null });
    }
  return found;
}

/** What was captured of configuration is recorded with each release, as a template is: a target is returned to whatever lies between. */
function others(changes: readonly Change[]): OtherChange[] {
  return changes.filter(
    (change): change is OtherChange => change.kind !== 'workload' && !isConfigurationChange(change),
  );
}

function refusal({ deployment, target }: GoingBack, change: OtherChange, by: PassedRelease): Refusal {
  const what = `${changeKinds[change.kind]} (${targetInWords(change.target)})`;
  return {
    code: 'between-changed',
    reason: `${releaseName(by)}, between ${releaseName(target)} and ${releaseName(deployment)}, changed ${what}, and this plan does not take that back: ${releaseName(target)} never served with it.`,
    advice: `Return to ${releaseName(by)} or a release after it; or take ${what} back by hand and deploy the version of ${releaseName(target)} anew with its pipeline.`,
  };
}
