import { setTimeout as sleep } from 'node:timers/promises';
import type { WeightedRouteWorld } from '@lastgood/testkit/contracts/weighted-route';
import { type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { type RealHaproxy, startRealHaproxy } from '@lastgood/testkit/servers/real-haproxy';
import { createHaproxy } from './haproxy.ts';
import { type RuntimeRelay, startRuntimeRelay } from './runtime-relay-harness.ts';
import type { HaproxySettings } from './settings.ts';

/** A real HAProxy with the backend `shop` of two real servers, `old` and `new`; the adapter reaches it through a relay. */
export interface HaproxyWorld extends WeightedRouteWorld {
  haproxy: RealHaproxy;
  relay: RuntimeRelay;
  /** Another process with the same backend, once it has checked it. */
  twin(): Promise<RealHaproxy>;
  /** The adapter with other settings. */
  adapter(settings?: Partial<HaproxySettings>): WeightedRouteWorld['traffic'];
}

export const shop = {
  route: { cluster: 'main', namespace: 'shop', kind: 'backend', name: 'shop' },
  rule: null,
};

export interface HaproxyOptions {
  /** Lines of the backend before its servers. */
  backend?: string;
  /** Words after every server; `%` is its name. */
  server?: string;
  /** A frontend that listens there. */
  port?: number;
}

/** Every fifth request takes its time, so that some are always under way. */
export function startVersion(version: string): Promise<LocalServer> {
  let requests = 0;
  return startLocalServer(async (_request, response) => {
    requests += 1;
    if (requests % 5 === 0) await sleep(40);
    response.end(version);
  });
}

export async function openHaproxyWorld(options: HaproxyOptions = {}): Promise<HaproxyWorld> {
  const [old, young] = await Promise.all([startVersion('old'), startVersion('new')]);
  const configuration = sections(old, young, options);
  const haproxy = await startRealHaproxy(configuration);
  const relay = await startRuntimeRelay(haproxy.socket);
  const adapter = (settings: Partial<HaproxySettings> = {}) =>
    createHaproxy({ name: 'edge', sockets: [relay.address], timeoutMs: 300, ...settings });
  const isChecked = /\bcheck\b/.test(options.server ?? 'check');
  if (isChecked) await bothUp(haproxy);
  return {
    haproxy,
    relay,
    adapter,
    async twin() {
      const twin = await startRealHaproxy(configuration);
      if (isChecked) await bothUp(twin);
      return twin;
    },
    traffic: adapter(),
    route: shop,
    all: 100,
    fault: relay.fault,
    async split(weights) {
      await haproxy.ask(
        `set server shop/old weight ${weights.old};set server shop/new weight ${weights.new}`,
      );
    },
    weights: () => weightsOf(haproxy),
    async loseOld() {
      await old.close();
      await becomes(haproxy, 'old', /^(DOWN|UP \d)/);
    },
    async close() {
      await relay.close();
      await haproxy.close();
      await Promise.allSettled([old.close(), young.close()]);
    },
  };
}

async function bothUp(haproxy: RealHaproxy): Promise<void> {
  await Promise.all(['old', 'new'].map((name) => becomes(haproxy, name, /^UP$/)));
}

export async function becomes(
  haproxy: RealHaproxy,
  name: string,
  wanted: RegExp,
  backend = 'shop',
): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const said = await haproxy.ask(`show stat ${backend} 4 -1`);
    const line = said.split('\n').find((one) => one.startsWith(`${backend},${name},`)) ?? '';
    if (wanted.test(line.split(',')[17] ?? '')) return;
    await sleep(20);
  }
  throw new Error(`${name} did not become ${wanted}`);
}

async function weightsOf(haproxy: RealHaproxy): Promise<Record<string, number>> {
  const said = await Promise.all(['old', 'new'].map((name) => haproxy.ask(`get weight shop/${name}`)));
  const [old = Number.NaN, young = Number.NaN] = said.map((one) => Number.parseInt(one, 10));
  return { old, new: young };
}

function sections(old: LocalServer, young: LocalServer, options: HaproxyOptions): string {
  const { backend = 'balance roundrobin', server = 'check inter 50 rise 1 fall 2', port } = options;
  const frontend =
    port === undefined ? '' : `frontend web\n  bind 127.0.0.1:${port}\n  default_backend shop\n`;
  return `defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
${frontend}backend shop
  ${backend}
  server old 127.0.0.1:${old.port} weight 0 ${server.replace('%', 'old')}
  server new 127.0.0.1:${young.port} weight 100 ${server.replace('%', 'new')}`;
}
