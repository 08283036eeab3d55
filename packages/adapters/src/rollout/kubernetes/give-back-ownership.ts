import type { OwnershipSeen, OwnershipTarget } from '@lastgood/domain/rollback/contracts/give-back-ownership';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import { endOfAttempt, nameOf, reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { PatchOperation } from '../../kubernetes/operation-note.ts';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import type { ServedManagedFields } from '../../kubernetes/served-meta.ts';
import { isApplier, templateFields, withTemplateFields } from './field-ownership.ts';
import { fetchWorkload, notSeen } from './read-workload.ts';
import { isOvertaken } from './set-template.ts';
import { templateDigest } from './template-digest.ts';

/** How soon the workload is looked at again when it was changed between the look and the write, in milliseconds. */
const lookAgainMs = 200;

interface Fence {
  generation: number;
  entries: readonly ServedManagedFields[];
}

export async function observeOwnership(
  api: ApiClient,
  { workload }: OwnershipTarget,
  fieldManager: string,
  signal: AbortSignal,
): Promise<Observed<OwnershipSeen>> {
  const answer = await fetchWorkload(api, workload, signal);
  if (answer.kind !== 'ok') return notSeen(answer, workload);
  const { metadata, spec } = answer.found;
  const entries = metadata.managedFields ?? [];
  const fence: Fence = { generation: metadata.generation ?? 0, entries };
  return {
    kind: 'seen',
    seen: {
      uid: metadata.uid,
      templateDigest: templateDigest(spec.template),
      isGivenBack: !entries.some((entry) => isOwn(entry, fieldManager) && templateFields(entry) !== null),
      appliers: entries.filter(isApplier).map(({ manager }) => manager),
      fence,
    },
  };
}

/**
 * A second patch, for in one with the template it does not work: the server works out who owns what afterwards. It makes no
 * generation, and no entry of its own.
 */
export async function giveBackOwnership(
  api: ApiClient,
  target: OwnershipTarget,
  seen: OwnershipSeen,
  { fieldManager, signal }: { fieldManager: string; signal: AbortSignal },
): Promise<EffectResult> {
  const answer = await api(
    {
      method: 'PATCH',
      path: workloadPath(target.workload),
      query: { fieldManager },
      body: ownershipPatch(target, seen, fieldManager),
      contentType: 'application/json-patch+json',
    },
    signal,
  );
  const name = nameOf(target.workload);
  if (answer.kind === 'ok') return { kind: 'applied', note: `${name} is its owners' again` };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && isOvertaken(answer)) {
    const reason = `the owners of ${name} changed while they were looked at`;
    return { kind: 'retry', reason, afterMs: lookAgainMs };
  }
  return endOfAttempt(answer);
}

/**
 * Entries are found by their place, which every write may change, so each is tested for whose it is and for what it owns.
 * Only the part about the template is put back: the rest was not touched by the rollback.
 */
function ownershipPatch(
  { managers }: OwnershipTarget,
  { uid, fence }: OwnershipSeen,
  fieldManager: string,
): PatchOperation[] {
  const { generation, entries } = fence as Fence;
  const changes = entries.flatMap((entry, index) => {
    const recorded = isApplier(entry) ? managers.find(({ manager }) => manager === entry.manager) : undefined;
    if (recorded) return [{ index, entry, fields: withTemplateFields(entry, recorded.fields) }];
    return isOwn(entry, fieldManager) ? [{ index, entry, fields: withTemplateFields(entry, null) }] : [];
  });
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/generation', value: generation },
    ...changes.flatMap(({ index, entry }): PatchOperation[] =>
      (['manager', 'operation', 'fieldsV1'] as const).map((member) => ({
        ...{ op: 'test', path: `/metadata/managedFields/${index}/${member}`, value: entry[member] },
      })),
    ),
    ...changes.map(
      ({ index, fields }): PatchOperation => ({
        ...{ op: 'replace', path: `/metadata/managedFields/${index}/fieldsV1`, value: fields },
      }),
    ),
  ];
}

function isOwn({ manager, operation, subresource }: ServedManagedFields, fieldManager: string): boolean {
  return manager === fieldManager && operation === 'Update' && !subresource;
}
