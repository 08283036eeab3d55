import { apiError, badRequest, conflict, invalid, required } from '../api-error.ts';
import { apiVersionOf } from '../kinds/kind-definition.ts';
import { type JsonObject, wireTime } from '../objects.ts';
import { hasOwners } from '../ownership/has-owners.ts';
import { managerOf, type Writer } from '../ownership/managed-fields.ts';
import { applied } from '../ownership/server-side-apply.ts';
import { readObjectBody, warningHeaders } from './body.ts';
import {
  type ApiAnswer,
  type ApiParts,
  type ApiRequest,
  isDryRun,
  isTrue,
  requesterOf,
  type Target,
} from './request.ts';

export function isApply({ method, contentType }: ApiRequest): boolean {
  return method === 'PATCH' && contentType.startsWith('application/apply-patch');
}

/**
 * PATCH with `application/apply-patch+yaml`, of workloads. The body has to be JSON, which is YAML, too, and what kubectl sends.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function answerApply(
  { storage, writes, clock }: ApiParts,
  request: ApiRequest,
  { kind, namespace, name, subresource }: Target & { name: string },
): ApiAnswer {
  if (!hasOwners(kind) || subresource)
    throw apiError(
      415,
      'UnsupportedMediaType',
      `the sandbox does not support server-side apply of ${kind.plural}`,
      {},
    );
  if (!request.body.trimStart().startsWith('{'))
    throw badRequest('the sandbox reads only JSON in an apply patch');
  const requester = requesterOf(request);
  if (!request.query.get('fieldManager')) {
    const cause = required('fieldManager', 'Required value: is required for apply patch');
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, [cause]);
  }
  const dryRun = isDryRun(request, 'PatchOptions');
  const { value, warnings } = readObjectBody(request, kind);
  const writer: Writer = {
    ...{ manager: managerOf(requester), operation: 'Apply', apiVersion: apiVersionOf(kind) },
    time: wireTime(clock.now()),
  };
  const how = { config: value, writer, force: isTrue(request.query.get('force')) };
  const options = { requester, dryRun, isPatch: true, isApply: true };
  const headers = warningHeaders(warnings);
  if (!storage.get(kind.plural, namespace, name)) {
    const { uid } = (value.metadata ?? {}) as JsonObject;
    if (uid)
      throw conflict(
        kind,
        name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    return { status: 201, body: writes.create(kind, namespace, applied(undefined, how), options), headers };
  }
  const change = (live: unknown) => applied(live as JsonObject, how);
  return { status: 200, body: writes.update(kind, namespace, name, change, options), headers };
}
