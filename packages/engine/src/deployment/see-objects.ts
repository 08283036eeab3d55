import {
  createdSince,
  type Deployment,
  type ListedObject,
  mostObjectsBefore,
  type ObjectsBefore,
  type ObservedWorkload,
  ownerLabelsOf,
  type Service,
  wasThereBefore,
} from '@lastgood/domain';
import type { EffectPorts } from '../rollback/apply-step.ts';

/** Fetch: which objects of the service are there now, so that what a release creates can be told from them. Null: nobody can look. */
export async function seeObjects(
  { objects }: Pick<EffectPorts, 'objects'>,
  { cluster, namespace }: Pick<Service, 'cluster' | 'namespace'>,
  seen: readonly ObservedWorkload[],
  signal: AbortSignal,
  counts: (object: ListedObject) => boolean = () => true,
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
    objects: found.filter(counts).map(({ kind, name, uid }) => ({ kind, name, uid })),
    unread: unread.map(({ kind }) => kind),
  };
}

/**
 * The same when the release is there already, as one that is detected: what was created since is not counted among what was there
 * before, by the clock of the cluster and the end of the release before it.
 */
export async function seeObjectsBefore(
  ports: Pick<EffectPorts, 'objects'>,
  service: Service,
  seen: readonly ObservedWorkload[],
  { previous, at }: { previous: Deployment | null; at: number },
  signal: AbortSignal,
): Promise<ObjectsBefore | null> {
  if (!ports.objects) return null;
  const since = createdSince(previous, at);
  if (typeof since !== 'number') return { kind: 'unknown', reason: since.reason };
  const before = await seeObjects(ports, service, seen, signal, (one) => wasThereBefore(one, since));
  return before?.kind === 'known' ? { ...before, since } : before;
}
