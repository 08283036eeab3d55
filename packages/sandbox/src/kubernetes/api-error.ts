import type { Cause, KindDefinition } from './kinds/kind-definition.ts';

/** The error answers of the API. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface StatusBody {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string | undefined;
  details?:
    | {
        name?: string | undefined;
        group?: string | undefined;
        kind?: string | undefined;
        uid?: string;
        causes?: Cause[];
        retryAfterSeconds?: number;
      }
    | undefined;
  code?: number;
}

export interface ApiError extends Error {
  status: StatusBody & { code: number };
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && 'status' in error;
}

/** `reason` or `details` left out stay out of the answer: the traces tell which errors have none. */
export function apiError(
  code: number,
  reason: string | undefined,
  message: string,
  details?: StatusBody['details'],
): ApiError {
  const status = {
    kind: 'Status' as const,
    apiVersion: 'v1' as const,
    metadata: {},
    status: 'Failure' as const,
    message,
    reason,
    details,
    code,
  };
  return Object.assign(new Error(message), { status });
}

function named(kind: Pick<KindDefinition, 'group' | 'plural'>, name: string): StatusBody['details'] {
  return { name, group: kind.group || undefined, kind: kind.plural };
}

function qualified(kind: Pick<KindDefinition, 'group' | 'plural'>): string {
  return kind.group ? `${kind.plural}.${kind.group}` : kind.plural;
}

export function notFound(kind: Pick<KindDefinition, 'group' | 'plural'>, name: string): ApiError {
  return apiError(404, 'NotFound', `${qualified(kind)} "${name}" not found`, named(kind, name));
}

export function unknownResource(): ApiError {
  return apiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): ApiError {
  return apiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function alreadyExists(kind: KindDefinition, name: string): ApiError {
  return apiError(409, 'AlreadyExists', `${qualified(kind)} "${name}" already exists`, named(kind, name));
}

export function conflict(kind: KindDefinition, name: string, why?: string): ApiError {
  const because =
    why ?? 'the object has been modified; please apply your changes to the latest version and try again';
  return apiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${because}`,
    named(kind, name),
  );
}

/** A failed precondition of a DELETE names the kind, not the resource. */
export function deleteConflict(kind: KindDefinition, name: string, why: string): ApiError {
  const shown = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return apiError(409, 'Conflict', `Operation cannot be fulfilled on ${shown} "${name}": ${why}`, {
    name,
    group: kind.group || undefined,
    kind: kind.kind,
  });
}

/** What a JSON Patch that does not apply answers, whatever the cause: fixed text, no causes. */
export function patchDoesNotApply(): ApiError {
  return apiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function badRequest(message: string): ApiError {
  return apiError(400, 'BadRequest', message);
}

export function invalid(
  subject: { group?: string; kind?: string; name?: string },
  causes: Cause[],
): ApiError {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const list = [...new Set(texts)];
  const shown = subject.group ? `${subject.kind}.${subject.group}` : (subject.kind ?? '');
  const message = `${shown} "${subject.name ?? ''}" is invalid: ${list.length > 1 ? `[${list.join(', ')}]` : list[0]}`;
  return apiError(422, 'Invalid', message, {
    name: subject.name || undefined,
    group: subject.group || undefined,
    kind: subject.kind || undefined,
    causes,
  });
}

export function required(field: string, message = 'Required value'): Cause {
  return { reason: 'FieldValueRequired', message, field };
}

export function badValue(field: string, value: unknown, why: string): Cause {
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value) ?? 'null'}: ${why}`,
    field,
  };
}

export function forbidden(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}
