import { request } from 'undici';

/** What the exporter tells about a pod. */
export interface PodView {
  namespace: string;
  name: string;
  uid: string;
  node: string;
  ip: string;
  /** Null before it has a node: nothing is known of it then. */
  ready: boolean | null;
  /** `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. */
  phase: string;
  /** Epoch seconds; null while nobody deletes it. */
  deletedAt: number | null;
  /** The controller that made it; null for a bare pod. */
  owner: { kind: string; name: string } | null;
  containers: { name: string; restartCount: number; waitingReason: string | null }[];
}

/** The fields read from a Pod of the Kubernetes API. */
export interface PodObject {
  metadata?: {
    namespace?: string;
    name?: string;
    uid?: string;
    deletionTimestamp?: string;
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
  };
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    podIP?: string;
    conditions?: { type: string; status: string }[];
    containerStatuses?: {
      name: string;
      restartCount: number;
      state?: { waiting?: { reason?: string } };
    }[];
  };
}

export function podViewOf({ metadata, spec, status }: PodObject): PodView {
  const owner = metadata?.ownerReferences?.find((reference) => reference.controller === true);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    node: spec?.nodeName ?? '',
    ip: status?.podIP ?? '',
    ready: ready === undefined ? null : ready.status === 'True',
    phase: status?.phase ?? 'Unknown',
    deletedAt: metadata?.deletionTimestamp ? Date.parse(metadata.deletionTimestamp) / 1_000 : null,
    owner: owner === undefined ? null : { kind: owner.kind, name: owner.name },
    containers: (status?.containerStatuses ?? []).map(({ name, restartCount, state }) => ({
      name,
      restartCount,
      waitingReason: state?.waiting?.reason ?? null,
    })),
  };
}

/**
 * Lists the pods of all namespaces through the Kubernetes API.
 * @param apiUrl without a slash at the end
 * @throws Error when the API does not answer with a list
 */
export async function listPodsOverHttp(apiUrl: string): Promise<PodView[]> {
  const { statusCode, body } = await request(`${apiUrl}/api/v1/pods`, {
    headers: { accept: 'application/json' },
  });
  if (statusCode !== 200) throw new Error(`listing pods: HTTP ${statusCode} ${await body.text()}`);
  const list = (await body.json()) as { items: PodObject[] };
  return list.items.map(podViewOf);
}
