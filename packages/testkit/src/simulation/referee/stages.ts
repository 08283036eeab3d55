import type { StagedTarget } from '@lastgood/domain';
import { plannedOf, type Rule, type Watched } from './rule.ts';

type Weights = Record<string, number>;

/** How many stages a split has gone: 0 is the first one, -1 as before the rollback; null when it is none of them. */
export function stagesAt(
  { before, stages }: Pick<StagedTarget, 'before' | 'stages'>,
  weights: Weights,
): number | null {
  const isSame = (other: Weights) =>
    [...Object.keys(other), ...Object.keys(weights)].every(
      (one) => (other[one] ?? 0) === (weights[one] ?? 0),
    );
  const at = stages.findIndex(isSame);
  if (at >= 0) return at;
  return isSame(before) ? -1 : null;
}

/**
 * A rollback in stages gives the old version more and more; less only by leading everything back as it was, and that only
 * where the old version has died under it.
 */
export function stages(watched: Watched): Rule {
  const { world } = watched;
  /** By run and route. */
  const reached = new Map<string, number>();
  const hasDied = new Set<string>();
  return {
    atEveryMoment() {
      for (const [name, { ready }] of Object.entries(world.state.routes))
        if (ready.stable === 0) hasDied.add(name);
      return [];
    },
    onEffectTaken({ operation }) {
      const step = plannedOf(watched, operation);
      if (step?.kind !== 'reach-stage' && step?.kind !== 'hold-stage') return [];
      const { name } = step.route;
      const key = `${operation.split('/')[0]} ${name}`;
      const [before, now] = [reached.get(key) ?? -1, stagesAt(step, world.state.routes[name]?.weights ?? {})];
      if (now === null) return [];
      reached.set(key, now);
      if (now > before) return [];
      if (now === -1)
        return hasDied.has(name) ? [] : [`${operation} led ${name} back, and its old version had not died`];
      return [`${operation} took ${name} down from stage ${before} to stage ${now}`];
    },
  };
}
