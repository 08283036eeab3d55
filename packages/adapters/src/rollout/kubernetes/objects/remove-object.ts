import type { RemoveSeen, RemoveTarget } from '@lastgood/domain/rollback/contracts/remove-object';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import { objectInWords } from '@lastgood/domain/workload/cluster-object';
import { endOfAttempt, reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { configurationOwner } from '../configuration/configuration-owner.ts';
import { metadataOnly, objectsPath } from './object-paths.ts';

const pathOf = ({ kind, namespace, name }: RemoveTarget['object']) =>
  `${objectsPath(kind, namespace)}/${encodeURIComponent(name)}`;

export async function observeRemoval(
  api: ApiClient,
  { object }: RemoveTarget,
  signal: AbortSignal,
): Promise<Observed<RemoveSeen>> {
  const answer = await api({ method: 'GET', path: pathOf(object), accept: metadataOnly.one }, signal);
  if (answer.kind === 'rejected' && answer.code === 404)
    return { kind: 'seen', seen: { uid: null, resourceVersion: null, beingDeleted: false, owner: nobody } };
  if (answer.kind === 'rejected' && answer.why === 'missing-right')
    return { kind: 'not-found', reason: reasonOf(answer) };
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  const { metadata } = answer.body as { metadata?: ServedMeta };
  if (!metadata?.uid) return { kind: 'unreachable', reason: 'what came is no object' };
  const seen = {
    ...{ uid: metadata.uid, resourceVersion: metadata.resourceVersion ?? null },
    beingDeleted: Boolean(metadata.deletionTimestamp),
    owner: configurationOwner(metadata),
  };
  return { kind: 'seen', seen };
}

const nobody = { kind: 'nobody' } as const;

/**
 * What belongs to it is deleted after it. The outside refuses where another object has its name by now, or where somebody, who
 * may have taken it over, has written it since the look. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/
 */
export async function removeObject(
  api: ApiClient,
  { object, uid }: RemoveTarget,
  { resourceVersion }: RemoveSeen,
  signal: AbortSignal,
): Promise<EffectResult> {
  const name = objectInWords(object);
  const body = {
    ...{ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
    preconditions: { uid, ...(resourceVersion === null ? {} : { resourceVersion }) },
  };
  const answer = await api({ method: 'DELETE', path: pathOf(object), body }, signal);
  if (answer.kind === 'ok') return { kind: 'applied', note: `${name} was removed` };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind !== 'rejected') return endOfAttempt(answer);
  if (answer.code === 404) return { kind: 'already', note: `${name} is gone already` };
  if (answer.code === 409) return { kind: 'retry', reason: `${name} was changed meanwhile`, afterMs: 200 };
  return endOfAttempt(answer);
}
