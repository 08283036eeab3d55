import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'undici';
import { localOnly } from '../local-only.ts';
import { type Listening, listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import type { SampleServices } from '../services/index.ts';
import type { ClusterClient } from './cluster-client.ts';
import { fleet, isOffered, newestVersion, offeredVersions } from './fleet.ts';
import type { Pipeline, ReportTo } from './pipeline.ts';

export interface ControlDependencies {
  cluster: ClusterClient;
  pipeline: Pipeline;
  services: SampleServices;
  /** What the cluster remembers of its workloads, as JSON text. */
  history(): string;
  /** When the metric store had scraped for the first time, in epoch milliseconds. */
  listeningSince: number;
  /** What `GET /` answers. */
  describe(): Record<string, unknown>;
}

interface DeployOrder {
  service: string;
  tag: string;
  report?: ReportTo;
}

const largestOrder = 10_000;

/**
 * What the outside world offers besides the wire protocols: `GET /` addresses, `GET /listening` since when there are metrics,
 * `GET /fleet` versions, `POST /deploy`, and `GET /services/NAME/...`, which forwards to a ready pod of a service as its load
 * balancer would.
 * @throws Error when the port is taken
 */
export function startControlApi(deps: ControlDependencies, port: number): Promise<Listening> {
  const server = createServer(
    localOnly((incoming, outgoing) => {
      answer(deps, incoming, outgoing).catch((error: unknown) =>
        send(outgoing, 500, { error: String(error) }),
      );
    }),
  );
  return listenOnLoopback(server, port);
}

async function answer(
  deps: ControlDependencies,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(incoming.url ?? '/', 'http://sandbox');
  const forwarded = /^\/services\/([^/]+)(\/.*)$/.exec(pathname);
  if (incoming.method === 'GET' && forwarded)
    return forward(deps, forwarded[1] ?? '', forwarded[2] ?? '/', outgoing);
  if (incoming.method === 'GET' && pathname === '/') return send(outgoing, 200, deps.describe());
  if (incoming.method === 'GET' && pathname === '/listening')
    return send(outgoing, 200, { since: deps.listeningSince });
  if (incoming.method === 'GET' && pathname === '/fleet')
    return send(outgoing, 200, await describeFleet(deps));
  if (incoming.method === 'POST' && pathname === '/deploy')
    return deploy(deps, await readOrder(incoming), outgoing);
  send(outgoing, 404, { error: `${incoming.method} ${pathname} is not served here` });
}

async function describeFleet({ cluster, history }: ControlDependencies) {
  const remembered = history();
  return Promise.all(
    fleet.map(async (service) => ({
      name: service.name,
      running: tagOf((await cluster.rollout(service)).image),
      versions: offeredVersions(newestVersion(service, remembered)),
    })),
  );
}

async function deploy(
  { pipeline }: ControlDependencies,
  order: DeployOrder,
  outgoing: ServerResponse,
): Promise<void> {
  const service = fleet.find((one) => one.name === order.service);
  if (!service) return send(outgoing, 404, { error: `there is no sample service ${order.service}` });
  if (!isOffered(service, order.tag))
    return send(outgoing, 422, { error: `the registry has no ${service.name}:${order.tag}` });
  await pipeline.deploy(service, order.tag, order.report ?? null);
  send(outgoing, 202, { service: service.name, tag: order.tag });
}

async function readOrder(incoming: IncomingMessage): Promise<DeployOrder> {
  let text = '';
  for await (const chunk of incoming) {
    text += chunk;
    if (text.length > largestOrder) throw new Error('the order is too long');
  }
  return JSON.parse(text) as DeployOrder;
}

async function forward(
  { services }: ControlDependencies,
  name: string,
  path: string,
  outgoing: ServerResponse,
): Promise<void> {
  const ready = services.targets().filter((target) => target.service === name && target.ready);
  const target = ready[Math.floor(Math.random() * ready.length)];
  if (!target) return send(outgoing, 503, { error: `no ready pod of ${name}` });
  const answered = await request(`${target.url}${path}`);
  outgoing.writeHead(answered.statusCode, { 'content-type': 'text/plain' });
  outgoing.end(await answered.body.text());
}

function tagOf(image: string): string | null {
  return /:([^:@/]+)(?:@.*)?$/.exec(image)?.[1] ?? null;
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
