import { apiError, badRequest, invalid } from '../api-error.ts';
import { type DecodedJson, decodeJson, describeMalformedJson } from '../decode-json.ts';
import { decodeObject } from '../kinds/field-schema.ts';
import { apiVersionOf, type KindDefinition } from '../kinds/kind-definition.ts';
import type { JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';
import type { ApiRequest } from './request.ts';

export interface ReadBody {
  value: JsonObject;
  warnings: string[];
}

/** A whole object sent by POST or PUT: of the right kind, its unknown fields dropped and told. */
export function readObjectBody(request: ApiRequest, kind: KindDefinition): ReadBody {
  const { value, duplicates } = parse(request, (why) => {
    const shown = request.body.slice(0, 200);
    return `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: ${why} (${shown})`;
  });
  if (!isObject(value)) throw badRequest('json: cannot unmarshal array into Go value');
  const apiVersion = apiVersionOf(kind);
  const other = (value.kind ?? kind.kind) !== kind.kind || (value.apiVersion ?? apiVersion) !== apiVersion;
  if (other) {
    const sent = `${value.apiVersion}.${value.kind}`;
    throw badRequest(
      `${value.kind} in version "${value.apiVersion}" cannot be handled as a ${kind.kind}: converting (${sent}) to (${apiVersion}.${kind.kind}): unknown conversion`,
    );
  }
  const decoded = decodeObject(value, kind.schema);
  const problem = (why: string) =>
    badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`);
  if (decoded.wrongType) throw problem(decoded.wrongType);
  const complaints = [...duplicates, ...decoded.unknownFields];
  if (complaints.length && isStrict(request))
    throw problem(`strict decoding error: ${complaints.join(', ')}`);
  return { value: decoded.value, warnings: warnsOf(request, complaints) };
}

/** What a patch made of an object, decoded as the kind: wrong types and, if strict, unknown fields are 422. */
export function readPatched(
  request: ApiRequest,
  kind: KindDefinition,
  patched: JsonObject,
  duplicates: string[],
): ReadBody {
  const decoded = decodeObject(patched, kind.schema);
  const problem = (why: string) =>
    invalid({}, [
      { reason: 'FieldValueInvalid', message: `Invalid value: ${request.body}: ${why}`, field: 'patch' },
    ]);
  if (decoded.wrongType) throw problem(decoded.wrongType);
  const complaints = [...duplicates, ...decoded.unknownFields];
  if (complaints.length && isStrict(request))
    throw problem(`strict decoding error: ${complaints.join(', ')}`);
  return { value: decoded.value, warnings: warnsOf(request, complaints) };
}

/** A body that must be a JSON object. */
export function readJsonObject(request: ApiRequest): JsonObject {
  const { value } = parse(request, (why) => `couldn't get version/kind; json parse error: ${why}`);
  if (!isObject(value)) throw badRequest('json: cannot unmarshal into Go value of type map');
  return value;
}

export function parsePatchBody(request: ApiRequest): DecodedJson {
  return parse(request, (why) => `error decoding patch: ${why}`);
}

export function unsupportedMediaType(): Error {
  return apiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

export function warningHeaders(warnings: string[]): Record<string, string[]> {
  if (!warnings.length) return {};
  return {
    Warning: warnings.map((text) => `299 - "${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
  };
}

function parse(request: ApiRequest, message: (why: string) => string): DecodedJson {
  try {
    return decodeJson(request.body);
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(message(describeMalformedJson(request.body)));
    throw error;
  }
}

function isStrict(request: ApiRequest): boolean {
  return request.query.get('fieldValidation') === 'Strict';
}

function warnsOf(request: ApiRequest, complaints: string[]): string[] {
  return request.query.get('fieldValidation') === 'Ignore' ? [] : complaints;
}
