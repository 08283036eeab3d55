import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRealPrometheus } from '@lastgood/sandbox/metrics/comparison/real-prometheus';
import { type RunningWorld, startOrAdoptWorld } from '@lastgood/sandbox/world/index';
import { type Answer, type Lastgood, startLastgood } from './lastgood.ts';
import { eventually } from './test-steps.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** A Lastgood configured by a file as in production, beside a Prometheus that scrapes the services it watches. */
export interface Production {
  lastgood: Lastgood;
  webhooks: WebhookReceiver;
  /** Address of the services' load balancer: `URL/services/NAME/...`. */
  balancer: string;
  /** What a CI job sends, with its token. */
  ci<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** The deploy job itself: sets the image, and reports the end of the rollout when it was given a deployment. */
  deploy(service: string, tag: string, deploymentId?: string): Promise<void>;
  /** Writes to the cluster as somebody else does; throws what it answers when that is a problem. */
  apply(method: 'POST' | 'PATCH', path: string, object: object): Promise<void>;
  /** The version the cluster is asked to run. */
  running(service: string): Promise<string | null>;
  /** Makes the cluster answer writes to this workload with 403, as when a role was taken away; ends with `allowWrites`. */
  forbidWrites(workload: string): Promise<void>;
  allowWrites(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProductionOptions {
  /** Distance of the evaluator's slots; left out it is the product's own default. */
  intervalSeconds?: number;
  /** Seconds between scrapes of a real Prometheus; null asks the sandbox's own metric store in its place. */
  scrapeSeconds: number | null;
  /** More of the configuration, in YAML, and what it takes from the environment. */
  also?: { configuration: string; environment: Record<string, string> };
}

/** Starts the outside first, then the server on it. */
export async function startProduction(options: ProductionOptions): Promise<Production> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-production-'));
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const world = await startOrAdoptWorld(join(folder, 'world'), undefined, ['plain']);
  const [prometheus, webhooks] = await Promise.all([
    options.scrapeSeconds === null ? null : startRealPrometheus(scrapeConfigs(world, options.scrapeSeconds)),
    startWebhookReceiver(secret),
  ]);
  const source = prometheus?.url ?? world.addresses.prometheusUrl;
  await untilListening(source, (options.intervalSeconds ?? 15) + 5);
  const token = randomBytes(24).toString('base64url');
  const file = join(folder, 'lastgood.yaml');
  await writeFile(file, configuration(options, world, source, webhooks.url, token));
  const environment = { ONCALL_SECRET: secret, ...options.also?.environment };
  const lastgood = await startLastgood({ LASTGOOD_CONFIG: file, ...environment });
  const { controlUrl, clusterUrl } = world.addresses;
  return {
    lastgood,
    webhooks,
    balancer: controlUrl,
    ci: (method, path, body, headers = {}) =>
      lastgood.send(method, path, body, { authorization: `Bearer ${token}`, ...headers }),
    async deploy(service, tag, deploymentId) {
      const report = deploymentId
        ? { url: lastgood.url, deployments: { [service]: deploymentId } }
        : undefined;
      await ask('POST', `${controlUrl}/deploy`, { service, tag, report });
    },
    async apply(method, path, object) {
      await ask(method, clusterUrl + path, object);
    },
    async running(service) {
      const shown = (await ask('GET', `${controlUrl}/fleet`)) as {
        services: { name: string; running: string | null }[];
      }[];
      return shown.flatMap(({ services }) => services).find(({ name }) => name === service)?.running ?? null;
    },
    async forbidWrites(workload) {
      const match = { method: 'PATCH', path: `/${workload}`, userAgent: 'lastgood' };
      await ask('POST', `${clusterUrl}/sandbox/faults`, { match, effect: { kind: 'answer', status: 403 } });
    },
    async allowWrites() {
      await ask('DELETE', `${clusterUrl}/sandbox/faults`);
    },
    async stop() {
      await lastgood.stop();
      await Promise.all([prometheus?.close(), webhooks.close(), world.stop()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The services and kube-state-metrics, found as a Prometheus finds them; the latter names pods that are not itself. */
function scrapeConfigs({ addresses }: RunningWorld, seconds: number): unknown[] {
  const found = {
    scrape_interval: `${seconds}s`,
    scrape_timeout: '1s',
    http_sd_configs: [{ url: addresses.serviceDiscoveryUrl, refresh_interval: '1s' }],
  };
  const ofState = { source_labels: ['job'], regex: 'kube-state-metrics' };
  return [
    { ...found, job_name: 'services', relabel_configs: [{ ...ofState, action: 'drop' }] },
    { ...found, job_name: 'state', honor_labels: true, relabel_configs: [{ ...ofState, action: 'keep' }] },
  ];
}

function configuration(
  { intervalSeconds, also }: ProductionOptions,
  { addresses }: RunningWorld,
  prometheusUrl: string,
  webhookUrl: string,
  token: string,
): string {
  return `# Written as a person would write it.
database: embedded
sandbox: false
server:
  tokens:
    - name: pipeline
      sha256: ${createHash('sha256').update(token).digest('hex')}
metrics:
  main:
    url: ${prometheusUrl}
clusters:
  prod:
    kubeconfig: ${addresses.kubeconfig}
notifiers:
  - kind: webhook
    name: oncall
    url: ${webhookUrl}
    secret: { env: ONCALL_SECRET }
probe:
  # The load balancer of this test stands on loopback.
  allowedAddresses: ["${new URL(addresses.controlUrl).host}"]
${intervalSeconds === undefined ? '' : `evaluator:\n  intervalSeconds: ${intervalSeconds}\n`}${also?.configuration ?? ''}`;
}

async function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${said}`);
  return JSON.parse(said);
}

/** Until the source has scraped for so long: whoever installs Lastgood beside a Prometheus has had that for a while. */
async function untilListening(source: string, seconds: number): Promise<void> {
  const asked = new URLSearchParams({ query: `count(up offset ${seconds}s)` });
  await eventually(
    async () => (await ask('GET', `${source}/api/v1/query?${asked}`)) as { data: { result: unknown[] } },
    ({ data }) => data.result.length > 0,
    90_000,
  );
}
