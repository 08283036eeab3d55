import type { RunView, TimelineEvent } from '@lastgood/api-client';

/** Steps and checks tell these better; they are there for who wants every one. */
const fine = new Set(['rollback.step-started', 'rollback.step-waiting']);

/** The run's events with those that led to it, each once, oldest first; nothing from after its end. */
export function mergeTimelines(view: RunView, ofDeployment: readonly TimelineEvent[]): TimelineEvent[] {
  const end = view.run.finishedAt ? Date.parse(view.run.finishedAt) + 1000 : Number.POSITIVE_INFINITY;
  const byId = new Map<number, TimelineEvent>();
  for (const event of ofDeployment) {
    const ofAnother = event.runId !== null && event.runId !== view.run.id;
    if (!ofAnother && Date.parse(event.at) <= end) byId.set(event.id, event);
  }
  for (const event of view.timeline) byId.set(event.id, event);
  return Array.from(byId.values()).toSorted((a, b) => a.id - b.id);
}

export const isFine = (event: TimelineEvent): boolean => fine.has(event.type);
