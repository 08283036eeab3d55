import type { FastifySchema, HTTPMethods } from 'fastify';
import { largestBody } from '../problems/body-shape.ts';
import { Problem } from '../problems/problem-schema.ts';
import { ref } from '../wire/named.ts';

const everywhere = {
  400: 'The address, the query or a header is not valid.',
  401: 'A token is needed, or the one that was sent is not known.',
  403: 'This host name or the page that asks is not accepted.',
  431: 'The address and the headers are larger than 16 KiB together.',
  429: 'Too many requests; Retry-After says when to ask again.',
  500: 'A fault of Lastgood; its log has it under the request id.',
  503: 'The database cannot be used, or Lastgood is starting; Retry-After says when to ask again.',
};

const ofWhatIsNamed = {
  404: 'What the address names is not there.',
  414: 'A name in the address is too long.',
};

const ofWrites = {
  409: 'The state does not allow it, or the same Idempotency-Key is under way.',
  413: `The body is larger than ${largestBody.inWords}.`,
  415: 'The body is not application/json, or it is compressed.',
  422: 'The body is not valid, or the Idempotency-Key was used for another request.',
};

/** The schema of a route with every error it can answer: all of them are problem details. */
export function withProblems(schema: FastifySchema & { tags?: readonly string[] }, method: HTTPMethods) {
  const named = schema.params !== undefined || schema.tags?.includes('sandbox');
  const told: Record<string, string> = {
    ...everywhere,
    ...(named ? ofWhatIsNamed : {}),
    ...(method === 'GET' ? {} : ofWrites),
  };
  const problems = Object.entries(told).map(([status, description]) => [
    status,
    { description, content: { 'application/problem+json': { schema: ref(Problem) } } },
  ]);
  return { ...schema, response: { ...(schema.response as object), ...Object.fromEntries(problems) } };
}
