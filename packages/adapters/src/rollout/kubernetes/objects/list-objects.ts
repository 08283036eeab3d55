import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf, SeenOf } from '@lastgood/domain/rollback/need';
import {
  type ListedObject,
  type OwnerLabels,
  ownedBy,
  type RemovableKind,
  removableKinds,
  type UnreadKind,
} from '@lastgood/domain/workload/cluster-object';
import { ruleOf } from '../../../kubernetes/access-right.ts';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { KnownRights } from '../../../kubernetes/known-rights.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { configurationOwner } from '../configuration/configuration-owner.ts';
import { findOthersUsing } from '../configuration/others-using.ts';
import { metadataOnly, objectsPath, resourceOf } from './object-paths.ts';

/** One page of each kind: a namespace with more that may be of the service is not read. */
const mostOfKind = 500;

/** All kinds at once. Of what is recorded at a registration nothing more is asked than what is there. */
export async function listObjects(
  api: ApiClient,
  rights: KnownRights,
  { namespace, labels, known, workloads }: AskOf<'objects'>,
  signal: AbortSignal,
): Promise<Observed<SeenOf<'objects'>>> {
  const listed = await Promise.all(
    removableKinds.map((kind) => listKind(api, { kind, namespace, labels }, signal)),
  );
  const objects = listed
    .flatMap(({ found }) => found)
    .filter(({ uid, labels: borne }) => !known.includes(uid) && ownedBy(borne, labels) !== null);
  const unread = listed.flatMap((one) => one.unread ?? []);
  if (workloads.length === 0) return { kind: 'seen', seen: { objects, unread, declared: [] } };
  const isUsed = objects.some(({ kind }) => kind === 'ConfigMap');
  const using = isUsed ? await findOthersUsing(api, namespace, workloads, signal) : () => [];
  const lacking = await lackedRules(rights, objects, namespace, signal);
  const told = objects.map((one) => ({
    ...one,
    lacks: lacking.get(one.kind) ?? null,
    usedBy: one.kind === 'ConfigMap' ? using({ kind: one.kind, name: one.name }) : [],
  }));
  return { kind: 'seen', seen: { objects: told, unread, declared: [] } };
}

interface AskedKind {
  kind: RemovableKind;
  namespace: string;
  labels: readonly OwnerLabels[];
}

async function listKind(
  api: ApiClient,
  { kind, namespace, labels }: AskedKind,
  signal: AbortSignal,
): Promise<{ found: ListedObject[]; unread?: UnreadKind }> {
  const query = { limit: String(mostOfKind), ...selectorOf(labels) };
  const path = objectsPath(kind, namespace);
  const answer = await api({ method: 'GET', path, query, accept: metadataOnly.list }, signal);
  // The cluster serves no such kind.
  if (answer.kind === 'rejected' && answer.code === 404) return { found: [] };
  if (answer.kind !== 'ok') return { found: [], unread: { kind, reason: reasonOf(answer) } };
  const { items, metadata } = answer.body as ServedList;
  if (metadata?.continue)
    return { found: [], unread: { kind, reason: `there are more than ${mostOfKind} in ${namespace}` } };
  if (!Array.isArray(items)) return { found: [], unread: { kind, reason: 'what came is no list' } };
  return { found: items.map((item) => listedObject(kind, item.metadata)) };
}

interface ServedList {
  items?: { metadata: ServedMeta }[] | null;
  metadata?: { continue?: string };
}

/** Where every template has one and the same label, the server leaves out what has another; any of several no selector can ask for. */
function selectorOf(labels: readonly OwnerLabels[]): Record<string, string> {
  const pairs = labels.flatMap((own) => Object.entries(own));
  const [key, another] = new Set(pairs.map(([name]) => name));
  if (key === undefined || another !== undefined) return {};
  return { labelSelector: `${key} in (${[...new Set(pairs.map(([, value]) => value))].join(',')})` };
}

function listedObject(kind: RemovableKind, meta: ServedMeta): ListedObject {
  const created = Date.parse(meta.creationTimestamp ?? '');
  return {
    ...{ kind, name: meta.name, uid: meta.uid, labels: meta.labels ?? {} },
    createdAt: Number.isNaN(created) ? null : created,
    belongs: (meta.ownerReferences ?? []).length > 0,
    beingDeleted: Boolean(meta.deletionTimestamp),
    ...{ owner: configurationOwner(meta), usedBy: [], lacks: null },
  };
}

/** A cluster that cannot be asked about rights stops nothing. */
async function lackedRules(
  rights: KnownRights,
  objects: readonly ListedObject[],
  namespace: string,
  signal: AbortSignal,
): Promise<Map<RemovableKind, string>> {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  const asked = await Promise.all(
    kinds.map(async (kind): Promise<[RemovableKind, string][]> => {
      const right = { verb: 'delete', ...resourceOf(kind), namespace };
      const { kind: answer } = await rights.ask(right, signal);
      return answer === 'denied' ? [[kind, ruleOf(right)]] : [];
    }),
  );
  return new Map(asked.flat());
}
