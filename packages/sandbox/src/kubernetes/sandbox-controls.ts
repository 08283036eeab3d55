import { badRequest, unknownResource } from './api-error.ts';
import type { FaultRule } from './faults.ts';
import type { ImageBehaviour } from './kubelet/image-name-runtime.ts';
import type { ApiAnswer, ApiRequest } from './routes/request.ts';
import type { KubernetesSandbox } from './start-kubernetes-sandbox.ts';

/**
 * The sandbox's own handles over HTTP, for a cluster that runs in another process than the test:
 *
 * - `GET /sandbox/writes`: the accepted writes; `GET /sandbox/snapshot`: everything stored
 * - `POST /sandbox/faults` with a fault rule (`match.path` as text); `DELETE /sandbox/faults` ends all
 * - `POST /sandbox/behaviour` with `{image, behaviour}`; `POST /sandbox/move-tag` with `{image}` answers `{digest}`
 */
export function answerControls(sandbox: KubernetesSandbox, request: ApiRequest): ApiAnswer | undefined {
  const { method, path } = request;
  if (!path.startsWith('/sandbox/')) return undefined;
  switch (`${method} ${path}`) {
    case 'GET /sandbox/writes':
      return { status: 200, body: sandbox.writes() };
    case 'GET /sandbox/snapshot':
      return { status: 200, body: sandbox.snapshot(), contentType: 'application/json' };
    case 'POST /sandbox/faults': {
      const rule = readBody(request) as unknown as FaultRule;
      if (!rule.match || !rule.effect) throw badRequest('a fault rule has `match` and `effect`');
      sandbox.faults.add(rule);
      return { status: 201, body: rule };
    }
    case 'DELETE /sandbox/faults':
      sandbox.faults.clear();
      return { status: 200, body: {} };
    case 'POST /sandbox/behaviour': {
      const { image, behaviour } = readBody(request);
      sandbox.setImageBehaviour(String(image), behaviour as ImageBehaviour);
      return { status: 200, body: {} };
    }
    case 'POST /sandbox/move-tag':
      return { status: 200, body: { digest: sandbox.images.move(String(readBody(request).image)) } };
    default:
      throw unknownResource();
  }
}

function readBody(request: ApiRequest): Record<string, unknown> {
  try {
    return JSON.parse(request.body) as Record<string, unknown>;
  } catch (error) {
    throw badRequest(`the body is no JSON: ${String(error)}`);
  }
}
