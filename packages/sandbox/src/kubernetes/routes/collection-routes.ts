import { apiError, badRequest, methodNotAllowed } from '../api-error.ts';
import { apiVersionOf } from '../kinds/kind-definition.ts';
import type { KubeObject } from '../objects.ts';
import { type Match, parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import { readObjectBody, warningHeaders } from './body.ts';
import { readDeleteOptions } from './object-routes.ts';
import {
  type ApiAnswer,
  type ApiParts,
  type ApiRequest,
  isDryRun,
  requesterOf,
  type Target,
} from './request.ts';

/** How long the real server waits for a version it has not reached. */
const FUTURE_VERSION_WAIT_MS = 3_000;

/** GET, POST and DELETE on a collection. */
export async function answerCollection(
  parts: ApiParts,
  request: ApiRequest,
  target: Target,
): Promise<ApiAnswer> {
  switch (request.method) {
    case 'GET':
      return list(parts, request, target);
    case 'POST':
      return create(parts, request, target);
    case 'DELETE':
      return removeAll(parts, request, target);
    default:
      throw methodNotAllowed();
  }
}

export function selection(request: ApiRequest, { kind }: Target): Match {
  const labels = request.query.get('labelSelector');
  const fields = request.query.get('fieldSelector');
  const byLabels = labels ? parseLabelSelector(labels) : () => true;
  const byFields = fields ? parseFieldSelector(fields, kind) : () => true;
  return (object) => byLabels(object) && byFields(object);
}

async function list(parts: ApiParts, request: ApiRequest, target: Target): Promise<ApiAnswer> {
  const { storage } = parts;
  const limit = readLimit(request);
  const token = readContinue(request);
  const atVersion = token?.version ?? (await exactVersion(parts, request));
  if (atVersion !== undefined && atVersion < storage.oldestVersion()) {
    throw apiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  }
  const matches = selection(request, target);
  const all = storage.list(target.kind.plural, target.namespace, atVersion).filter(matches);
  const from = token ? all.findIndex((object) => pathOf(object) > token.after) : 0;
  const rest = from < 0 ? [] : all.slice(from);
  const items = limit ? rest.slice(0, limit) : rest;
  const version = atVersion ?? storage.version();
  const remaining = rest.length - items.length;
  const last = items.at(-1);
  const paging =
    remaining && last ? { continue: writeContinue(version, last), remainingItemCount: remaining } : {};
  return {
    status: 200,
    body: {
      kind: `${target.kind.kind}List`,
      apiVersion: apiVersionOf(target.kind),
      metadata: { resourceVersion: String(version), ...paging },
      items: items.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
    },
  };
}

function create({ writes }: ApiParts, request: ApiRequest, { kind, namespace }: Target): ApiAnswer {
  const dryRun = isDryRun(request, 'CreateOptions');
  const { value, warnings } = readObjectBody(request, kind);
  const object = writes.create(kind, namespace, value, { requester: requesterOf(request), dryRun });
  return { status: 201, body: object, headers: warningHeaders(warnings) };
}

async function removeAll(parts: ApiParts, request: ApiRequest, target: Target): Promise<ApiAnswer> {
  const answer = await list(parts, request, target);
  const { items } = answer.body as { items: KubeObject[] };
  const options = readDeleteOptions(request);
  for (const { metadata } of items) {
    parts.writes.remove(target.kind, metadata.namespace, metadata.name, options);
  }
  return answer;
}

/** The version of a list that asks for exactly one; waits a while for one that lies in the future. */
async function exactVersion({ storage, clock }: ApiParts, request: ApiRequest): Promise<number | undefined> {
  const text = request.query.get('resourceVersion');
  if (!text || text === '0') return undefined;
  const version = Number(text);
  if (!Number.isInteger(version)) throw badRequest(`resourceVersion: Invalid value: "${text}"`);
  if (version > storage.version()) {
    await new Promise<void>((resolve) => void clock.schedule(FUTURE_VERSION_WAIT_MS, resolve));
    if (version > storage.version()) throw tooLargeVersion(version, storage.version());
  }
  return request.query.get('resourceVersionMatch') === 'Exact' ? version : undefined;
}

function tooLargeVersion(version: number, current: number): Error {
  const message = `Timeout: Too large resource version: ${version}, current: ${current}`;
  return apiError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' } as never],
    retryAfterSeconds: 1,
  });
}

function readLimit(request: ApiRequest): number {
  const text = request.query.get('limit');
  if (!text) return 0;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}

interface ContinueToken {
  version: number;
  after: string;
}

function writeContinue(version: number, last: KubeObject): string {
  const token: ContinueToken = { version, after: pathOf(last) };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readContinue(request: ApiRequest): ContinueToken | undefined {
  const text = request.query.get('continue');
  if (!text) return undefined;
  const invalidToken = (why: string) =>
    badRequest(`invalid continue token: continue key is not valid: ${why}`);
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<ContinueToken>;
    if (typeof token.version !== 'number' || typeof token.after !== 'string')
      throw invalidToken('incomplete');
    return { version: token.version, after: token.after };
  } catch (error) {
    throw error instanceof SyntaxError ? invalidToken(error.message) : error;
  }
}

function pathOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
