import { apiError, notFound, unknownResource } from '../api-error.ts';
import { findKind, knowsGroupVersion } from '../kinds/kind-registry.ts';
import type { KubeObject } from '../objects.ts';
import { answerApply, isApply } from './apply-route.ts';
import { answerCollection } from './collection-routes.ts';
import { answerDiscovery, notFoundPage } from './discovery.ts';
import { answerEviction } from './eviction-route.ts';
import { answerObject } from './object-routes.ts';
import { answerOpenapi } from './openapi.ts';
import {
  type ApiAnswer,
  type ApiParts,
  type ApiRequest,
  isTrue,
  type MediaType,
  type Target,
} from './request.ts';
import { answerScale } from './scale-route.ts';
import { tableOf } from './table.ts';
import { openWatch, type WatchSink } from './watch-route.ts';

/** Either an answer in one piece, or a watch to be opened on a stream. */
export type Routed =
  | { kind: 'answer'; answer: ApiAnswer }
  | { kind: 'watch'; open: (sink: WatchSink) => () => void };

export async function route(parts: ApiParts, request: ApiRequest): Promise<Routed> {
  const discovery = answerDiscovery(request) ?? answerOpenapi(request);
  if (discovery) return { kind: 'answer', answer: discovery };
  const target = parseTarget(request.path);
  if (!target) return { kind: 'answer', answer: notFoundPage() };
  checkAccept(request.accept);
  const { name, subresource } = target;
  const table = request.accept[0]?.parameters.as === 'Table' ? request.accept[0] : undefined;
  if (name !== undefined) {
    const answer = answererOf(subresource, request)(parts, request, { ...target, name });
    return { kind: 'answer', answer: table ? asTable(parts, target, answer, table) : answer };
  }
  if (request.method === 'GET' && isTrue(request.query.get('watch'))) {
    const open = openWatch(parts, request, target);
    return { kind: 'watch', open: table ? (sink) => open(tableSink(parts, target, sink, table)) : open };
  }
  const answer = await answerCollection(parts, request, target);
  return { kind: 'answer', answer: table ? asTable(parts, target, answer, table) : answer };
}

function answererOf(subresource: string | undefined, request: ApiRequest): typeof answerObject {
  if (subresource === 'scale') return answerScale;
  if (subresource === 'eviction') return answerEviction;
  return isApply(request) ? answerApply : answerObject;
}

/** Undefined for a group the server does not know at all; throws for an unknown resource in a known one. */
function parseTarget(path: string): Target | undefined {
  const [, root, ...parts] = path.split('/').map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  const version = parts.shift() ?? '';
  if (!knowsGroupVersion(group, version)) return undefined;
  const isNamespaced = parts[0] === 'namespaces' && parts.length > 2;
  const namespace = isNamespaced ? parts[1] : undefined;
  const [plural = '', name, subresource, ...tooMuch] = isNamespaced ? parts.slice(2) : parts;
  const kind = findKind(group, version, plural);
  const knowsSubresource = !subresource || kind?.subresources.some((known) => known === subresource);
  if (kind?.isCustom && name && !knowsSubresource) throw notFound(kind, name);
  if (!kind || !knowsSubresource || tooMuch.length || (isNamespaced && !kind.namespaced))
    throw unknownResource();
  return { kind, namespace, name: name || undefined, subresource: subresource || undefined };
}

const SERVED = ['application/json', 'application/*', '*/*'];

/** Only JSON is served; clients that prefer protobuf name JSON second. */
function checkAccept(accept: MediaType[]): void {
  if (!accept.length || accept.some(({ type }) => SERVED.includes(type))) return;
  throw apiError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    {},
  );
}

function asTable({ clock }: ApiParts, { kind }: Target, answer: ApiAnswer, media: MediaType): ApiAnswer {
  const body = answer.body as Partial<KubeObject> & { items?: KubeObject[] };
  if (body.kind !== kind.kind && body.kind !== `${kind.kind}List`) return answer;
  const objects = body.items ?? [body as KubeObject];
  const metadata = body.items ? body.metadata : { resourceVersion: body.metadata?.resourceVersion };
  return { ...answer, body: tableOf(kind, objects, metadata ?? {}, media.parameters.v ?? 'v1', clock.now()) };
}

function tableSink({ clock }: ApiParts, { kind }: Target, sink: WatchSink, media: MediaType): WatchSink {
  return {
    end: sink.end,
    send({ type, object }) {
      if (type === 'BOOKMARK' || type === 'ERROR') return sink.send({ type, object });
      const table = tableOf(kind, [object as KubeObject], {}, media.parameters.v ?? 'v1', clock.now());
      return sink.send({ type, object: table });
    },
  };
}
