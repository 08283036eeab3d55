import { request } from 'undici';

/** What the exporter tells about a pod. */
export interface PodView {
  namespace: string;
  name: string;
  uid: string;
  node: string;
  ip: string;
  ready: boolean;
  /** The controller that made it; null for a bare pod. */
  owner: { kind: string; name: string } | null;
  containers: { name: string; restartCount: number }[];
}

/** The fields read from a Pod of the Kubernetes API. */
export interface PodObject {
  metadata?: {
    namespace?: string;
    name?: string;
    uid?: string;
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
  };
  spec?: { nodeName?: string };
  status?: {
    podIP?: string;
    conditions?: { type: string; status: string }[];
    containerStatuses?: { name: string; restartCount: number }[];
  };
}

export function podViewOf({ metadata, spec, status }: PodObject): PodView {
  const owner = metadata?.ownerReferences?.find((reference) => reference.controller === true);
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    node: spec?.nodeName ?? '',
    ip: status?.podIP ?? '',
    ready:
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
    owner: owner === undefined ? null : { kind: owner.kind, name: owner.name },
    containers: (status?.containerStatuses ?? []).map(({ name, restartCount }) => ({ name, restartCount })),
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
