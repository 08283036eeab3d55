import type { SelectorSeen, SelectorTarget } from '@lastgood/domain/rollback/contracts/switch-selector';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AccessRight } from '../../../kubernetes/access-right.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { labelSelector } from '../../../kubernetes/label-selector.ts';
import { noteOperation, type PatchOperation, pointerPart } from '../../../kubernetes/operation-note.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { fetchRoute } from './fetch-route.ts';
import { readyEndpoints, readyPods } from './ready-endpoints.ts';

interface Service {
  metadata: ServedMeta;
  spec?: { selector?: Record<string, string> | null };
}

/** What can be refused by, and where it is written. */
export interface SelectorFence {
  meta: ServedMeta;
  path: string;
}

const served = { group: '', versions: ['v1'], resource: 'services' };

/** An endpoint whose pod is not, or no more, among the ready ones. */
const unknownSlot = '(unknown)';

export function selectorRights({ namespace, name }: SelectorTarget['service']): AccessRight[] {
  return [
    { verb: 'get', group: '', resource: 'services', namespace, name },
    { verb: 'patch', group: '', resource: 'services', namespace, name },
    { verb: 'list', group: '', resource: 'pods', namespace },
  ];
}

/** The Service, the pods that the rest of its selector selects, and who of them takes its traffic. */
export async function observeSelector(
  api: ApiClient,
  { service, key }: Pick<SelectorTarget, 'service' | 'key'>,
  signal: AbortSignal,
): Promise<Observed<SelectorSeen>> {
  if (service.kind !== 'Service')
    return { kind: 'not-found', reason: `a ${service.kind} has no selector; a Service has` };
  const found = await fetchRoute<Service>(api, served, service, signal);
  if (found.kind !== 'seen') return found;
  const { object, path } = found.seen;
  const { [key]: value = null, ...rest } = object.spec?.selector ?? {};
  const { namespace, name } = service;
  const exists = { key, operator: 'Exists' };
  const selector = labelSelector({ matchLabels: rest, matchExpressions: [exists] });
  const [pods, endpoints] = await Promise.all([
    readyPods(api, namespace, selector, signal),
    readyEndpoints(api, { namespace, service: name }, signal),
  ]);
  if (pods.kind !== 'seen') return pods;
  if (endpoints.kind !== 'seen') return endpoints;
  const slots = new Map(
    pods.seen.map(({ metadata }) => [metadata.name, metadata.labels?.[key] ?? unknownSlot]),
  );
  const fence: SelectorFence = { meta: object.metadata, path };
  return {
    kind: 'seen',
    seen: {
      ...{ uid: object.metadata.uid, value, fence },
      readyPods: counted([...slots.values()]),
      endpoints: counted([...endpoints.seen].map((pod) => slots.get(pod) ?? unknownSlot)),
    },
  };
}

/** A Service has no generation: its uid and the value under the key are tested in the same patch. */
export function selectorPatch(
  { uid, key, from, to }: SelectorTarget,
  { meta }: SelectorFence,
  operation: string,
): PatchOperation[] {
  const path = `/spec/selector/${pointerPart(key)}`;
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path, value: from },
    { op: 'replace', path, value: to },
    ...noteOperation(meta, operation),
  ];
}

function counted(slots: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(slots, (slot) => slot);
  return Object.fromEntries([...groups].map(([slot, all]) => [slot, all.length]));
}
