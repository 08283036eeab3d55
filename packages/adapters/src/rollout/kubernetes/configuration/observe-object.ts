import type { ConfigSeen } from '@lastgood/domain/rollback/contracts/set-config';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { ConfigurationRef, HeldConfiguration } from '@lastgood/domain/workload/configuration';
import type { Owner } from '@lastgood/domain/workload/observation';
import { rightInWords, ruleOf } from '../../../kubernetes/access-right.ts';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiRejection } from '../../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { configurationOwner } from './configuration-owner.ts';
import { type Content, contentOf } from './content.ts';
import type { ContentKey } from './content-key.ts';

export interface PlacedConfiguration extends ConfigurationRef {
  namespace: string;
}

/** What is read of it beyond what the contracts judge. */
export interface ObservedObject {
  seen: ConfigSeen;
  owner: Owner;
  meta: ServedMeta | null;
}

/** Longest contents that are kept, in bytes: https://kubernetes.io/docs/concepts/configuration/configmap/ bounds an object at 1 MiB. */
const largest = 1_500_000;

/** Made by the cluster, and of no other use than there. https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const madeByCluster = ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'];

export function configurationPath({ kind, namespace, name }: PlacedConfiguration): string {
  return `${configurationsPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

export function configurationsPath(kind: ConfigurationRef['kind'], namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${pluralOf(kind)}`;
}

export function pluralOf(kind: ConfigurationRef['kind']): string {
  return kind === 'Secret' ? 'secrets' : 'configmaps';
}

/** A right that is not given is no fault: it says what cannot go back. */
export async function observeObject(
  api: ApiClient,
  key: ContentKey | null,
  object: PlacedConfiguration,
  signal: AbortSignal,
): Promise<Observed<ObservedObject>> {
  if (key === null) return seenAs({ kind: 'unread', reason: noKey });
  const answer = await api({ method: 'GET', path: configurationPath(object) }, signal);
  if (answer.kind === 'ok') return read(key, answer.body);
  if (answer.kind === 'rejected' && answer.code === 404) return seenAs({ kind: 'absent' });
  if (answer.kind === 'rejected' && answer.why === 'missing-right')
    return seenAs({ kind: 'unread', reason: withoutRight(answer, object) });
  return { kind: 'unreachable', reason: reasonOf(answer) };
}

const noKey = 'its cluster is configured without a key to keep configuration with (`configurationKey`)';

function withoutRight({ right }: ApiRejection, { kind, namespace, name }: PlacedConfiguration): string {
  const missing = right ?? { verb: 'get', group: '', resource: pluralOf(kind), namespace, name };
  return `Lastgood may not ${rightInWords(missing)}; the rule for it is ${ruleOf(missing)}`;
}

function seenAs(
  state: ConfigSeen['state'],
  { meta = null, owner = { kind: 'nobody' }, ...seen }: Partial<ConfigSeen & ObservedObject> = {},
): Observed<ObservedObject> {
  const { uid = null, resourceVersion = null, beingDeleted = false, sealed } = seen;
  return {
    kind: 'seen',
    seen: {
      seen: { uid, resourceVersion, beingDeleted, state, ...(sealed === undefined ? {} : { sealed }) },
      owner,
      meta,
    },
  };
}

interface ServedObject {
  metadata?: ServedMeta;
  type?: string;
  data?: Record<string, string> | null;
  binaryData?: Record<string, string> | null;
  immutable?: boolean;
}

function read(key: ContentKey, body: unknown): Observed<ObservedObject> {
  const served = body as ServedObject | null;
  if (typeof served?.metadata?.uid !== 'string' || !isContent(served))
    return {
      kind: 'unreachable',
      reason: 'the API server answered what is neither a ConfigMap nor a Secret',
    };
  const { metadata: meta, type, immutable } = served;
  const content = contentOf(served);
  const owner = configurationOwner(meta);
  const about = {
    ...{ meta, owner, uid: meta.uid, resourceVersion: meta.resourceVersion ?? '' },
    beingDeleted: Boolean(meta.deletionTimestamp),
  };
  if (type && madeByCluster.includes(type))
    return seenAs({ kind: 'unread', reason: `the cluster makes it itself (${type})` }, about);
  const notKept = whyNotKept(content, owner);
  const state: HeldConfiguration = {
    kind: 'there',
    ...{ digest: key.digest(content), keys: key.keys(content) },
    ...(immutable === true ? { immutable } : {}),
    ...(notKept === undefined ? {} : { notKept }),
  };
  return seenAs(state, notKept === undefined ? { ...about, sealed: key.seal(content) } : about);
}

/** What its owner would overwrite is nobody else's to keep. */
function whyNotKept(content: Content, owner: Owner): string | undefined {
  if (owner.kind === 'unknown-controller') return `not kept: it belongs to ${owner.name}`;
  return JSON.stringify(content).length > largest ? 'not kept: too large' : undefined;
}

function isContent({ data, binaryData }: ServedObject): boolean {
  return [data, binaryData].every(
    (map) =>
      map == null ||
      (typeof map === 'object' && Object.values(map).every((value) => typeof value === 'string')),
  );
}
