import type { PlanningRead } from '@lastgood/domain/ports/planning-read';
import type { StepEffect } from '@lastgood/domain/ports/step-effect';
import type { AskOf, NeedKind } from '@lastgood/domain/rollback/need';
import type { StepKind, StepOf } from '@lastgood/domain/rollback/step';
import type { MadeEntry } from './family.ts';

/** The one that is meant, or in words that there is none. */
export type Choice<Made> = { made: Made } | { reason: string };

type Choose<Made> = (key: string) => Choice<Made>;

/** Chooses the entry that has the name. */
export function byName<Made>(title: string, entries: readonly MadeEntry<Made>[]): Choose<Made> {
  const known = entries.map(({ name }) => name).join(', ') || 'none';
  return (wanted) =>
    entries.find(({ name }) => name === wanted) ?? {
      reason: `no ${title} named ${wanted} is configured; known are ${known}`,
    };
}

/** Chooses the entry that serves the cluster. */
export function byCluster<Made>(title: string, entries: readonly MadeEntry<Made>[]): Choose<Made> {
  return (cluster) =>
    serving(entries, cluster) ?? {
      reason: `no ${title} is configured for cluster ${cluster || '(unknown)'}`,
    };
}

/** The entry that serves a cluster: the first that names it, else the first that names none. */
export function serving<T extends Pick<MadeEntry<unknown>, 'clusters'>>(
  entries: readonly T[],
  cluster: string,
): T | undefined {
  return (
    entries.find(({ clusters }) => clusters?.includes(cluster)) ??
    entries.find(({ clusters }) => clusters === null)
  );
}

/** Reads and effects that go to the entry whose key they name. Without one they are refused: no waiting cures that. */
export function dispatch<Made>(choose: Choose<Made>) {
  return {
    /** Why there is none for a key, without asking anybody; null when there is one. */
    whyUnknown(key: string): string | null {
      const choice = choose(key);
      return 'made' in choice ? null : choice.reason;
    },
    read<K extends NeedKind>(
      _kind: K,
      keyOf: (ask: AskOf<K>) => string,
      readOf: (made: Made) => PlanningRead<K>,
    ): PlanningRead<K> {
      return async (ask, signal) => {
        const choice = choose(keyOf(ask));
        return 'made' in choice ? readOf(choice.made)(ask, signal) : { kind: 'not-found', ...choice };
      };
    },
    effect<K extends StepKind>(
      _kind: K,
      keyOf: (step: StepOf<K>) => string,
      effectOf: (made: Made) => StepEffect<K>,
    ): StepEffect<K> {
      return {
        async observe(step, operation, signal) {
          const choice = choose(keyOf(step));
          if (!('made' in choice)) return { kind: 'not-found', ...choice };
          return effectOf(choice.made).observe(step, operation, signal);
        },
        async apply(step, seen, operation, signal) {
          const choice = choose(keyOf(step));
          if (!('made' in choice)) return { kind: 'refused', ...choice };
          return effectOf(choice.made).apply(step, seen, operation, signal);
        },
      };
    },
  };
}
