import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { endOfAttempt, nameOf, reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { operationAnnotation, type PatchOperation } from '../../kubernetes/operation-note.ts';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { fenceOf } from './fenced-patch.ts';
import type { ServedWorkload } from './served-objects.ts';
import { isOvertaken } from './set-template.ts';

/** How many replicas it had when Lastgood stopped it: whoever starts it again, in this run or a later one, finds it there. */
const stoppedAnnotation = 'lastgood.dev/stopped-from';

/** No more than a namespace has pods; a note of somebody else's is none. */
const mostReplicas = 100_000;

export function stoppedFrom({ metadata }: ServedWorkload): number | null {
  const noted = metadata.annotations?.[stoppedAnnotation];
  if (noted === undefined || !/^\d{1,6}$/.test(noted)) return null;
  return Math.min(Number(noted), mostReplicas);
}

/**
 * The count and the note beside it in one write, which is fenced by uid and generation: a scale by anybody else counts as
 * one. On the object itself and not on `/scale`, where a count of zero is absent and cannot be tested for.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-update
 */
export function scalePatch(served: ServedWorkload, replicas: number, operation: string): PatchOperation[] {
  const { uid } = served.metadata;
  const { generation, resourceVersion, annotated } = fenceOf(served.metadata);
  const fence: PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/generation', value: generation },
    { op: 'add', path: '/spec/replicas', value: replicas },
  ];
  const now = served.spec.replicas ?? 1;
  const notes: Record<string, string> = { [operationAnnotation]: operation };
  // What is stopped already keeps the note of who stopped it.
  if (replicas === 0 && now > 0) notes[stoppedAnnotation] = String(now);
  if (!annotated)
    return [
      ...fence,
      // The first note makes the map, so nobody else may have made it since. See `fencedPatch`.
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/metadata/annotations', value: notes },
    ];
  const added = Object.entries(notes).map(
    ([name, value]): PatchOperation => ({ op: 'add', path: pathOf(name), value }),
  );
  const forgotten: PatchOperation[] =
    replicas > 0 && stoppedFrom(served) !== null ? [{ op: 'remove', path: pathOf(stoppedAnnotation) }] : [];
  return [...fence, ...added, ...forgotten];
}

interface ScaleWrite {
  api: ApiClient;
  workload: WorkloadTarget;
  patch: PatchOperation[];
  fieldManager: string;
  signal: AbortSignal;
}

/** Sent once: a lost fence and a lost answer are settled by the next look. */
export async function sendScale({
  api,
  workload,
  patch,
  fieldManager,
  signal,
}: ScaleWrite): Promise<EffectResult> {
  const answer = await api(
    {
      method: 'PATCH',
      path: workloadPath(workload),
      query: { fieldManager },
      body: patch,
      contentType: 'application/json-patch+json',
    },
    signal,
  );
  if (answer.kind === 'ok') return { kind: 'applied', note: `${nameOf(workload)} scaled` };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && isOvertaken(answer))
    return { kind: 'retry', reason: `${nameOf(workload)} was changed by others meanwhile`, afterMs: 200 };
  return endOfAttempt(answer);
}

function pathOf(annotation: string): string {
  return `/metadata/annotations/${annotation.replace('/', '~1')}`;
}
