import type { Static, TSchema, TUnknown } from 'typebox';
import type { LaneName } from '../lanes/lane-limits.ts';
import type { Caller } from '../security/tokens.ts';
import type { EndpointDependencies } from './endpoint-dependencies.ts';

/** The identity of one write: a request that is sent again makes the thing with this id, not a second one. */
export interface OperationKey {
  id: string;
  /** The caller's Idempotency-Key. */
  key: string | null;
}

/** A request as it was validated. */
export interface EndpointRequest<Params = unknown, Query = unknown, Body = unknown> {
  params: Params;
  query: Query;
  body: Body;
  caller: Caller;
  /** Of a POST only. */
  operation: OperationKey;
  /** Aborts when nobody hears the answer any more. Of an endpoint that answers in lines only. */
  gone?: AbortSignal;
}

/** An answer in lines, each as its schema says, while they come. */
export type Lines<Line> = AsyncIterable<Line>;

/** One thing the API can do: how it is asked, what it answers, and what it does. */
export interface Endpoint<
  Id extends string = string,
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Answer extends TSchema = TSchema,
> {
  /** Names the client's method and the web's query key. */
  operationId: Id;
  /** A POST takes an Idempotency-Key by itself. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  url: string;
  /** Where it waits its turn; by default, where what only reads and writes rows does. */
  lane?: LaneName;
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  querystring?: Query;
  body?: Body;
  /** Of a success; 200 when not given. */
  status?: number;
  /** Of one line, where it answers in lines (`application/x-ndjson`); see `Lines`. */
  answer: Answer;
  inLines?: true;
  /** Where what was made can be read: the Location header. */
  location?(answer: Static<Answer>): string;
  /** A fault that the caller can act on is thrown as a `ProblemError`. */
  handle(
    deps: EndpointDependencies,
    request: EndpointRequest<Static<Params>, Static<Query>, Static<Body>>,
  ): Promise<Static<Answer>>;
}

/** Infers from its schemas what an endpoint's handler is given and must answer. */
export function defineEndpoint<
  const Id extends string,
  Params extends TSchema = TUnknown,
  Query extends TSchema = TUnknown,
  Body extends TSchema = TUnknown,
  Answer extends TSchema = TUnknown,
>(endpoint: Endpoint<Id, Params, Query, Body, Answer>): Endpoint<Id, Params, Query, Body, Answer> {
  return endpoint;
}
