import {
  mostObjectsBefore,
  type ObjectsBefore,
  type ObservedWorkload,
  ownerLabelsOf,
  type Service,
} from '@lastgood/domain';
import type { EffectPorts } from '../rollback/apply-step.ts';

/** Fetch: which objects of the service are there now, so that what a release creates can be told from them. Null: nobody can look. */
export async function seeObjects(
  { objects }: Pick<EffectPorts, 'objects'>,
  { cluster, namespace }: Pick<Service, 'cluster' | 'namespace'>,
  seen: readonly ObservedWorkload[],
  signal: AbortSignal,
): Promise<ObjectsBefore | null> {
  if (!objects) return null;
  const labels = ownerLabelsOf(seen.map(({ snapshot }) => snapshot.template));
  if (labels.length === 0)
    return { kind: 'unknown', reason: 'no label of its workloads says what belongs to the service' };
  const asked = { cluster, namespace, labels, known: [], workloads: [] };
  const answer = await objects.listObjects(asked, signal);
  if (answer.kind !== 'seen') return { kind: 'unknown', reason: answer.reason };
  const { objects: found, unread } = answer.seen;
  if (found.length > mostObjectsBefore)
    return { kind: 'unknown', reason: `the service has more than ${mostObjectsBefore} objects` };
  return {
    kind: 'known',
    objects: found.map(({ kind, name, uid }) => ({ kind, name, uid })),
    unread: unread.map(({ kind }) => kind),
  };
}
