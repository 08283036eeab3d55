import { badRequest, methodNotAllowed, notFound, type StatusBody } from '../api-error.ts';
import type { KindDefinition } from '../kinds/kind-definition.ts';
import type { JsonObject, KubeObject } from '../objects.ts';
import type { DeleteOptions } from '../write-options.ts';
import { readJsonObject, readObjectBody, readPatched, warningHeaders } from './body.ts';
import { readPatchBody } from './patch-body.ts';
import {
  type ApiAnswer,
  type ApiParts,
  type ApiRequest,
  isDryRun,
  requesterOf,
  type Target,
} from './request.ts';

type ObjectTarget = Target & { name: string };

/** GET, PUT, PATCH and DELETE of one object or its /status. */
export function answerObject(parts: ApiParts, request: ApiRequest, target: ObjectTarget): ApiAnswer {
  const subresource = target.subresource === 'status' ? 'status' : undefined;
  switch (request.method) {
    case 'GET': {
      const object = parts.storage.get(target.kind.plural, target.namespace, target.name);
      if (!object) throw notFound(target.kind, target.name);
      return { status: 200, body: object };
    }
    case 'PUT':
      return put(parts, request, target, subresource);
    case 'PATCH':
      return patch(parts, request, target, subresource);
    case 'DELETE':
      if (subresource) throw methodNotAllowed();
      return remove(parts, request, target);
    default:
      throw methodNotAllowed();
  }
}

function put(
  { writes }: ApiParts,
  request: ApiRequest,
  { kind, namespace, name }: ObjectTarget,
  subresource: 'status' | undefined,
): ApiAnswer {
  const dryRun = isDryRun(request, 'UpdateOptions');
  const { value, warnings } = readObjectBody(request, kind);
  const object = writes.update(kind, namespace, name, () => value, {
    requester: requesterOf(request),
    dryRun,
    subresource,
  });
  return { status: 200, body: object, headers: warningHeaders(warnings) };
}

function patch(
  { writes }: ApiParts,
  request: ApiRequest,
  { kind, namespace, name }: ObjectTarget,
  subresource: 'status' | undefined,
): ApiAnswer {
  const dryRun = isDryRun(request, 'PatchOptions');
  const body = readPatchBody(request, kind);
  let warnings: string[] = [];
  const change = (current: KubeObject): JsonObject => {
    const patched = readPatched(request, kind, body.apply(current as unknown as JsonObject), body.duplicates);
    warnings = patched.warnings;
    return patched.value;
  };
  const object = writes.update(kind, namespace, name, change, {
    requester: requesterOf(request),
    dryRun,
    isPatch: true,
    subresource,
  });
  return { status: 200, body: object, headers: warningHeaders(warnings) };
}

function remove(
  { writes }: ApiParts,
  request: ApiRequest,
  { kind, namespace, name }: ObjectTarget,
): ApiAnswer {
  const { object, isGone } = writes.remove(kind, namespace, name, readDeleteOptions(request));
  if (!isGone || kind.deleteAnswer === 'object') return { status: 200, body: object };
  return { status: 200, body: deletedStatus(kind, object) };
}

export function readDeleteOptions(request: ApiRequest): DeleteOptions {
  return deleteOptionsFrom(request.body ? readJsonObject(request) : {}, request);
}

/** @param sent DeleteOptions as a body of its own or inside another */
export function deleteOptionsFrom(sent: JsonObject, request: ApiRequest): DeleteOptions {
  const fromBody = Array.isArray(sent.dryRun) ? String(sent.dryRun[0]) : request.query.get('dryRun');
  const dryRun = isDryRun(request, 'DeleteOptions', fromBody);
  const propagation = sent.propagationPolicy ?? request.query.get('propagationPolicy') ?? undefined;
  if (propagation !== undefined && !['Background', 'Foreground', 'Orphan'].includes(String(propagation))) {
    throw badRequest(`unknown propagationPolicy ${propagation}`);
  }
  const grace = sent.gracePeriodSeconds ?? request.query.get('gracePeriodSeconds') ?? undefined;
  return {
    requester: requesterOf(request),
    dryRun,
    preconditions: (sent.preconditions ?? undefined) as DeleteOptions['preconditions'],
    propagation: propagation as DeleteOptions['propagation'],
    gracePeriodSeconds: grace === undefined ? undefined : Number(grace),
  };
}

function deletedStatus(kind: KindDefinition, object: KubeObject): StatusBody {
  const { name, uid } = object.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, group: kind.group || undefined, kind: kind.plural, uid },
  };
}
