import { invalid, methodNotAllowed, notFound } from '../api-error.ts';
import { notNegative } from '../kinds/workload-spec.ts';
import type { JsonObject, KubeObject, ReplicaSet } from '../objects.ts';
import { selectorText } from '../selectors.ts';
import { readJsonObject } from './body.ts';
import { readPatchBody } from './patch-body.ts';
import {
  type ApiAnswer,
  type ApiParts,
  type ApiRequest,
  isDryRun,
  requesterOf,
  type Target,
} from './request.ts';

/** The subresource /scale. A replica count of zero is absent from it, as in Go's encoding. */
export function answerScale(
  { storage, writes }: ApiParts,
  request: ApiRequest,
  { kind, namespace, name }: Target & { name: string },
): ApiAnswer {
  const current = storage.get(kind.plural, namespace, name);
  if (!current) throw notFound(kind, name);
  if (request.method === 'GET') return { status: 200, body: scaleOf(current as ReplicaSet) };
  const change = readChange(request);
  const object = writes.update(
    kind,
    namespace,
    name,
    (old) => {
      const scale = change(scaleOf(old as ReplicaSet));
      const replicas = Number((scale.spec as { replicas?: number } | undefined)?.replicas ?? 0);
      const causes = notNegative('spec.replicas', replicas);
      if (causes.length) throw invalid({ group: 'autoscaling', kind: 'Scale', name }, causes);
      return scaled(
        old as ReplicaSet,
        replicas,
        scale.metadata as { resourceVersion?: string; uid?: string },
      );
    },
    {
      requester: requesterOf(request),
      dryRun: isDryRun(request, request.method === 'PUT' ? 'UpdateOptions' : 'PatchOptions'),
      subresource: 'scale',
      isPatch: request.method === 'PATCH',
    },
  );
  return { status: 200, body: scaleOf(object as ReplicaSet) };
}

function readChange(request: ApiRequest): (scale: JsonObject) => JsonObject {
  if (request.method === 'PATCH') return readPatchBody(request).apply;
  if (request.method !== 'PUT') throw methodNotAllowed();
  const value = readJsonObject(request);
  return () => value;
}

/** The workload with the new count, and with the version and uid the client takes it to have. */
function scaled(
  old: ReplicaSet,
  replicas: number,
  sent: { resourceVersion?: string; uid?: string } | undefined,
): JsonObject {
  const resourceVersion = sent?.resourceVersion || old.metadata.resourceVersion;
  const metadata = { ...old.metadata, resourceVersion, uid: sent?.uid || old.metadata.uid };
  return { ...old, metadata, spec: { ...old.spec, replicas } } as unknown as JsonObject;
}

function scaleOf(object: KubeObject & Pick<ReplicaSet, 'spec' | 'status'>): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { replicas, selector } = object.spec;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: object.status.replicas ?? 0, selector: selectorText(selector) },
  };
}
