import { apiError, badRequest } from '../api-error.ts';
import type { KindDefinition } from '../kinds/kind-definition.ts';
import type { JsonObject } from '../objects.ts';
import { applyJsonPatch, type JsonPatchOperation } from '../patch/json-patch.ts';
import { applyMergePatch, isObject } from '../patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { parsePatchBody, unsupportedMediaType } from './body.ts';
import type { ApiRequest } from './request.ts';

export interface PatchBody {
  apply(document: JsonObject): JsonObject;
  duplicates: string[];
}

const OBJECT_PATCHES: Record<string, (document: JsonObject, patch: JsonObject) => JsonObject> = {
  'application/merge-patch+json': applyMergePatch,
  'application/strategic-merge-patch+json': applyStrategicMergePatch,
};

/** The body of a PATCH as a function from object to object. Server-side apply has a route of its own. */
export function readPatchBody(
  request: ApiRequest,
  { isCustom }: Pick<KindDefinition, 'isCustom'> = { isCustom: false },
): PatchBody {
  const type = request.contentType;
  if (type === 'application/json-patch+json') {
    const { value, duplicates } = parsePatchBody(request);
    if (!Array.isArray(value)) {
      throw badRequest(
        'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
      );
    }
    const operations = value as unknown as JsonPatchOperation[];
    return { apply: (document) => applyJsonPatch(document, operations), duplicates };
  }
  const applyPatch = OBJECT_PATCHES[type];
  if (!applyPatch) throw unsupportedMediaType();
  if (isCustom && applyPatch === applyStrategicMergePatch) throw noStrategicPatch();
  const { value, duplicates } = parsePatchBody(request);
  if (!isObject(value)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
  }
  return { apply: (document) => applyPatch(document, value), duplicates };
}

function noStrategicPatch(): Error {
  const accepted = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return apiError(415, 'UnsupportedMediaType', message);
}
