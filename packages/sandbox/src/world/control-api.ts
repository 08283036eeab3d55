import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'undici';
import { localOnly } from '../local-only.ts';
import { type Listening, listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import type { DataPlane } from '../traffic/index.ts';
import { type OpenShop, offeredOf, type Shown } from './open-shop.ts';
import type { Pipelines, ReportTo } from './pipeline.ts';
import type { OpenScenario, Order } from './shop/scenario.ts';

export interface ControlDependencies {
  shop: OpenShop;
  pipelines: Pipelines;
  dataPlane: DataPlane;
  /** When the metric store had scraped for the first time, in epoch milliseconds. */
  listeningSince: number;
  /** What `GET /` answers. */
  describe(): Record<string, unknown>;
}

interface DeployOrder extends Order {
  /** Name of the scenario; the first that takes the order when left out. */
  shows?: string;
  report?: ReportTo;
}

const largestOrder = 10_000;

/**
 * What the outside world offers besides the wire protocols: `GET /` addresses, `GET /listening` since when there are metrics,
 * `GET /fleet` what the shop shows with its versions, `POST /prepare` and `POST /deploy` the two halves of a pipeline,
 * `/shows/NAME/...` what a scenario serves, and `/services/NAME/...`, which forwards to a ready pod of a service as its
 * load balancer would.
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
  const [, place = '', name = '', path = '/'] = /^\/(services|shows)\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  if (place === 'services')
    return forward(deps, { name, path, method: incoming.method === 'POST' ? 'POST' : 'GET' }, outgoing);
  const asked = place === 'shows' ? openNamed(deps, name) : null;
  if (asked?.answer) return asked.answer(path, incoming, outgoing);
  switch (`${incoming.method} ${pathname}`) {
    case 'GET /':
      return send(outgoing, 200, deps.describe());
    case 'GET /listening':
      return send(outgoing, 200, { since: deps.listeningSince });
    case 'GET /fleet':
      return send(outgoing, 200, await Promise.all(deps.shop.shown.map(describeShown)));
    case 'POST /prepare':
      return prepare(deps, await readOrder(incoming), outgoing);
    case 'POST /deploy':
      return deploy(deps, await readOrder(incoming), outgoing);
  }
  send(outgoing, 404, { error: `${incoming.method} ${pathname} is not served here` });
}

async function describeShown(shown: Shown) {
  const { name, title, about } = shown.scenario;
  return { name, title, about, ...(await offeredOf(shown)) };
}

async function prepare(deps: ControlDependencies, order: DeployOrder, outgoing: ServerResponse) {
  const open = await takerOf(deps, order, outgoing);
  if (open) send(outgoing, 200, await open.prepare(order));
}

async function deploy(deps: ControlDependencies, order: DeployOrder, outgoing: ServerResponse) {
  const open = await takerOf(deps, order, outgoing);
  if (!open) return;
  await open.bringOut(order, deps.pipelines.begin(order.report ?? null));
  send(outgoing, 202, { service: order.service, tag: order.tag });
}

/** The scenario that brings an order out; null when that was answered already. */
async function takerOf(
  deps: ControlDependencies,
  order: DeployOrder,
  outgoing: ServerResponse,
): Promise<OpenScenario | null> {
  const asked = order.shows === undefined ? deps.shop.shown : [namedIn(deps, order.shows)];
  for (const one of asked) {
    if (one?.open && (await takes(one, one.open, order))) return one.open;
  }
  send(outgoing, 422, { error: `nothing here brings out ${order.service}:${order.tag}` });
  return null;
}

async function takes(shown: Shown, open: OpenScenario, order: Order): Promise<boolean> {
  if (open.takes) return open.takes(order);
  const { services } = await offeredOf(shown);
  return services.some(
    ({ name, versions }) => name === order.service && versions.some(({ tag }) => tag === order.tag),
  );
}

function namedIn({ shop }: ControlDependencies, name: string): Shown | undefined {
  return shop.shown.find(({ scenario }) => scenario.name === name);
}

function openNamed(deps: ControlDependencies, name: string): OpenScenario | null {
  return namedIn(deps, name)?.open ?? null;
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
  { dataPlane }: ControlDependencies,
  { name, path, method }: { name: string; path: string; method: 'GET' | 'POST' },
  outgoing: ServerResponse,
): Promise<void> {
  const target = dataPlane.pick(name);
  if (!target) return send(outgoing, 503, { error: `no ready pod of ${name}` });
  const answered = await request(`${target.url}${path}`, { method });
  outgoing.writeHead(answered.statusCode, { 'content-type': 'text/plain' });
  outgoing.end(await answered.body.text());
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
