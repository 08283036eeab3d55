import { notBlank } from '@lastgood/domain/bounds';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import { excerpt, mostFaults, othersInWords } from './listed-faults.ts';
import { ProblemError } from './problem-error.ts';

type Part = 'body' | 'querystring' | 'params' | 'headers';

type Fault = FastifySchemaValidationError & {
  parentSchema?: { properties?: object };
  /** The name that is wrong; the fault of the map around it says the same. */
  propertyName?: string;
};

/**
 * What the schema validator found, pointed at member by member. That no branch of a union was chosen is not said: the member
 * that chooses is at fault itself then. A condition that fails says only that something inside it does, which is told by itself.
 */
export function validationProblem(errors: readonly Fault[], part: string): ProblemError {
  const told = errors.filter(
    (one) => one.keyword !== 'discriminator' && one.keyword !== 'if' && !one.propertyName,
  );
  const found = told.slice(0, mostFaults).map((error) => ({
    path: pathOf(error, part as Part),
    message: messageOf(error),
  }));
  const first = found[0];
  const detail = first
    ? `${placeOf(part as Part)}${first.path || '/'}: ${first.message}.${othersInWords(told.length)}`
    : 'The request does not match its schema.';
  return new ProblemError(part === 'body' ? 422 : 400, 'invalid-request', detail, { errors: found });
}

const places: Record<Part, string> = {
  body: 'body',
  querystring: 'query parameter ',
  params: 'path ',
  headers: 'header ',
};

function placeOf(part: Part): string {
  return places[part] ?? '';
}

/** A missing or unknown member is named itself, not the object around it. */
function pathOf(error: Fault, part: Part): string {
  const { missingProperty, additionalProperty, propertyName } = error.params;
  const member = missingProperty ?? additionalProperty ?? propertyName;
  const path = typeof member === 'string' ? `${error.instancePath}/${excerpt(member)}` : error.instancePath;
  return part === 'body' ? path : path.replace(/^\//, '');
}

function messageOf(error: Fault): string {
  const { params, parentSchema } = error;
  if (typeof params.missingProperty === 'string') return 'is required';
  if (typeof params.additionalProperty === 'string') {
    const known = Object.keys(parentSchema?.properties ?? {}).join(', ');
    return `is not a known member; ${known === '' ? 'there are none here' : `known are ${known}`}`;
  }
  if (error.keyword === 'propertyNames') return 'is no name that fits here: 1 to 400 characters in one line';
  if (params.pattern === notBlank) return 'must hold more than blanks';
  if (Array.isArray(params.allowedValues)) return `must be one of ${params.allowedValues.join(', ')}`;
  if (params.format === 'date-time')
    return 'must be an instant such as 2026-01-31T12:00:00Z, from 1970 to 9999 and without a leap second';
  return error.message ?? `does not satisfy ${error.keyword}`;
}
