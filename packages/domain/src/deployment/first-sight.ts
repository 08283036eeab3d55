import type { ServingTemplate } from '../workload/observation.ts';
import { workloadInWords } from '../workload/workload.ts';
import type { ObservedWorkload } from './capture.ts';
import { progressInWords } from './own-rollout.ts';
import { versionOf } from './version.ts';

/** What serves of a service that was never seen before; `doubt` when nothing can be presumed good yet. */
export type FirstSight =
  | { kind: 'serves'; taken: TakenWorkload[]; inWords: string }
  | { kind: 'undecided'; doubt: string };

/** A workload with the template that serves in place of the one that is wanted. */
export interface TakenWorkload extends ObservedWorkload {
  ready: number;
}

/**
 * The template with the most ready pods of each workload; the one that is being rolled out only once it is complete. None
 * until then where two serve equally or nothing does; a workload at zero replicas tells nothing, and a service of such ones
 * only has no baseline.
 */
export function firstSight(observed: readonly ObservedWorkload[]): FirstSight {
  const up = observed.filter(({ progress }) => progress.desired > 0);
  if (up.length === 0) return { kind: 'undecided', doubt: 'it is scaled to zero, nothing serves' };
  const taken: TakenWorkload[] = [];
  for (const one of up) {
    const most = mostServing(one.serving);
    if (!most) return { kind: 'undecided', doubt: undecidedInWords(one) };
    if (isUnfinished(one, most)) return { kind: 'undecided', doubt: unfinishedInWords(one, most) };
    taken.push({ ...one, snapshot: most.snapshot, ready: most.ready });
  }
  return { kind: 'serves', taken, inWords: taken.map(servesInWords).join(', ') };
}

function mostServing(serving: readonly ServingTemplate[]): ServingTemplate | null {
  const [most, next] = serving.toSorted((a, b) => b.ready - a.ready);
  return most && most.ready > (next?.ready ?? 0) ? most : null;
}

function isUnfinished({ snapshot, progress }: ObservedWorkload, most: ServingTemplate): boolean {
  return most.snapshot.templateDigest === snapshot.templateDigest && !progress.complete;
}

function unfinishedInWords({ workload, progress }: ObservedWorkload, most: ServingTemplate): string {
  return `${workloadInWords(workload)} is still being rolled out: ${progressInWords(progress, most)}`;
}

function servesInWords({ workload, snapshot, ready, progress }: TakenWorkload): string {
  const version = versionOf(snapshot) ?? 'a version without a name';
  return `${version}, serving with ${ready} of ${progress.desired} ready pods (${workloadInWords(workload)})`;
}

function undecidedInWords({ workload, progress, serving }: ObservedWorkload): string {
  const name = workloadInWords(workload);
  if (serving.length === 0) return `${name} serves nothing: ${progressInWords(progress, undefined)}`;
  const each = serving.map(
    ({ snapshot, ready }) => `${versionOf(snapshot) ?? 'a version without a name'} with ${ready}`,
  );
  return `${name} serves several versions equally: ${each.join(', ')} ready pods`;
}
