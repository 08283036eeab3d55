import type { StoredEvent } from '../audit/events.ts';
import { bringsServing, isProof, onlyLooks } from '../rollback/open-step.ts';
import type { RunStep } from '../rollback/run.ts';
import type { IncidentMarkKind, IncidentRun } from './incident.ts';

/**
 * The events of a run's steps that stand for more than a step: the first that changed the world, and the one after which the old
 * version serves. By the id of the event.
 *
 * @param events of the run
 */
export function milestonesOf(
  { steps }: IncidentRun,
  events: readonly StoredEvent[],
): Map<number, IncidentMarkKind> {
  const found = new Map<number, IncidentMarkKind>();
  for (const own of Map.groupBy(steps, ({ lane }) => lane).values()) {
    const applied = own.filter(({ status }) => status === 'applied');
    mark(first(applied.filter((step) => !onlyLooks(step))), 'first_effect');
    const serving = own.filter((step) => bringsServing(step) && !isProof(step));
    if (serving.every(({ status }) => status === 'applied')) mark(last(serving), 'traffic_restored');
  }
  return found;

  function mark(step: RunStep | undefined, kind: IncidentMarkKind): void {
    const said = events.find(
      ({ type, at, text }) =>
        type === 'rollback.step-applied' &&
        at === step?.finishedAt &&
        text.startsWith(`${step.planned.title}:`),
    );
    if (said) found.set(said.id, kind);
  }
}

const byEnd = (a: RunStep, b: RunStep) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0) || a.ordinal - b.ordinal;
const first = (steps: readonly RunStep[]) => [...steps].sort(byEnd).at(0);
const last = (steps: readonly RunStep[]) => [...steps].sort(byEnd).at(-1);
