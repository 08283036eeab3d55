import { onlyLooks, openStep, type RunStore, type StepPatch } from '@lastgood/domain';
import type { EffectFamilies } from './effect-families.ts';
import type { PlantedFault } from './planted-faults.ts';

/** The run store as a worker with the planted fault uses it. */
export function faultyRuns(planted: PlantedFault | null, runs: RunStore): RunStore {
  if (planted === 'effect-before-started') return startedLate(runs);
  if (planted === 'stop-leaves-step') return leavingStep(runs);
  if (planted === 'applied-on-answer') return appliedOnAnswer(runs);
  return runs;
}

/** The ports as a worker with the planted fault uses them. */
export function faultyPorts<P extends EffectFamilies>(planted: PlantedFault | null, ports: P): P {
  return planted === 'blind-migration' ? { ...ports, migrations: blind(ports.migrations) } : ports;
}

const begins = ({ status }: StepPatch) => status === 'started';

/** *Started* is written together with the next outcome, after the effect. */
function startedLate(runs: RunStore): RunStore {
  const heldBack = new Map<string, StepPatch[]>();
  return {
    ...runs,
    async commit(lease, commit) {
      const key = `${lease.runId}/${lease.epoch}`;
      const begun = commit.steps?.filter(begins) ?? [];
      const rest = commit.steps?.filter((step) => !begins(step)) ?? [];
      const held = heldBack.get(key) ?? [];
      heldBack.set(key, begun);
      if (begun.length > 0 && rest.length === 0) return true;
      return runs.commit(lease, { ...commit, steps: [...held, ...rest] });
    },
  };
}

/** Who takes a run that is to stop believes that the step in progress has not begun. */
function leavingStep(runs: RunStore): RunStore {
  return {
    ...runs,
    async claim(...args) {
      const claimed = await runs.claim(...args);
      if (!claimed?.run.stopAsked) return claimed;
      const open = openStep(claimed.steps);
      const steps = claimed.steps.map((step) =>
        step === open ? { ...step, status: 'pending' as const } : step,
      );
      return { ...claimed, steps };
    },
  };
}

/** A change that is still on its way is recorded as made. */
function appliedOnAnswer(runs: RunStore): RunStore {
  const changes = new Map<string, Set<number>>();
  return {
    ...runs,
    async claim(...args) {
      const claimed = await runs.claim(...args);
      if (claimed) {
        const own = claimed.steps.filter((step) => !onlyLooks(step)).map((step) => step.ordinal);
        changes.set(claimed.run.id, new Set(own));
      }
      return claimed;
    },
    commit(lease, commit) {
      const own = changes.get(lease.runId);
      const steps = (commit.steps ?? []).map((step) =>
        step.status === 'waiting' && own?.has(step.ordinal)
          ? { ...step, status: 'applied' as const, dueAt: null }
          : step,
      );
      return runs.commit(lease, { ...commit, steps });
    },
  };
}

/** Sees no session, whoever has one open. */
function blind(migrations: EffectFamilies['migrations']): EffectFamilies['migrations'] {
  const { migrateTo } = migrations;
  return {
    ...migrations,
    migrateTo: {
      ...migrateTo,
      async observe(...args) {
        const observed = await migrateTo.observe(...args);
        return observed.kind === 'seen' ? { ...observed, seen: { ...observed.seen, sessions: 0 } } : observed;
      },
    },
  };
}
