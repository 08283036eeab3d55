import type { Json, JsonObject } from '../objects.ts';

/** RFC 7396: null removes, lists are replaced. https://datatracker.ietf.org/doc/html/rfc7396 */
export function applyMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  return merge(document as Json, patch as Json) as JsonObject;
}

function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = merge(result[key], value);
  }
  return result;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
