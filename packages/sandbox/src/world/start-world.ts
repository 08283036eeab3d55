import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  answerControls,
  createRealClock,
  type KubernetesSandbox,
  type Pod,
  startKubernetesSandbox,
} from '../kubernetes/index.ts';
import { type MetricStore, startMetricStore } from '../metrics/index.ts';
import {
  createSampleServices,
  podViewOf,
  startKubeStateExporter,
  startServiceDiscovery,
} from '../services/index.ts';
import { startTraffic } from '../traffic/index.ts';
import { createClusterClient } from './cluster-client.ts';
import { startControlApi } from './control-api.ts';
import { fleet, namespace } from './fleet.ts';
import { createPipeline } from './pipeline.ts';
import type { WorldPorts } from './world-ports.ts';

export interface WorldOptions {
  /** The cluster's state is kept here between starts. */
  dataDir: string;
  ports: WorldPorts;
  onError(error: unknown): void;
}

/** The addresses of a running world. */
export interface WorldAddresses {
  clusterUrl: string;
  kubeconfig: string;
  prometheusUrl: string;
  controlUrl: string;
  /** `http_sd_configs` address for a Prometheus of one's own. */
  serviceDiscoveryUrl: string;
}

export interface World {
  addresses: WorldAddresses;
  /** Writes the cluster's state to the data folder. */
  save(): Promise<void>;
  close(): Promise<void>;
}

const nodes = 2;
/** How old a sample is answered: a few scrapes, so that what follows a change is soon told from what was before it. */
export const worldLookbackMs = 10_000;

/** A shop on a cluster under traffic, with metrics: everything Lastgood sees of the outside, in one process. */
export async function startWorld({ dataDir, ports, onError }: WorldOptions): Promise<World> {
  const clock = createRealClock();
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'cluster.json');
  const snapshot = await readIfThere(file);
  const services = createSampleServices({ clock });
  const kubernetes: KubernetesSandbox = await startKubernetesSandbox({
    port: ports.cluster,
    runtime: services,
    nodes,
    namespaces: [namespace],
    backOffScale: 0.2,
    extra: async (request) => answerControls(kubernetes, request),
    onError,
    snapshot: snapshot ?? undefined,
  });
  const cluster = createClusterClient(kubernetes.url);
  if (!snapshot) await populate(cluster);
  const watching = await startWatching(kubernetes, services, ports);
  const pipeline = createPipeline(cluster, clock, onError);
  const kubeconfig = join(dataDir, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubernetes.kubeconfig());
  const control = await startControlApi(
    {
      cluster,
      pipeline,
      services,
      history: () =>
        JSON.stringify([
          kubernetes.list('replicasets', namespace),
          kubernetes.list('controllerrevisions', namespace),
        ]),
      listeningSince: watching.listeningSince,
      describe: () => ({ ...addresses(), pid: process.pid }),
    },
    ports.control,
  );

  function addresses(): WorldAddresses {
    return {
      clusterUrl: kubernetes.url,
      kubeconfig,
      prometheusUrl: watching.metrics.url,
      controlUrl: control.url,
      serviceDiscoveryUrl: watching.serviceDiscoveryUrl,
    };
  }
  const save = () => replaceFile(file, kubernetes.snapshot());
  return {
    addresses: addresses(),
    save,
    async close() {
      pipeline.close();
      await control.close();
      await watching.close();
      await save();
      await kubernetes.close();
      await services.close();
    },
  };
}

/** Brings the fleet up in its older versions first, so that the cluster has a history to look at. */
async function populate(cluster: ReturnType<typeof createClusterClient>): Promise<void> {
  await Promise.all(
    fleet.map(async (service) => {
      const [first = 1, ...later] = service.history;
      await cluster.create(service, first);
      for (const version of later) await rollOut(cluster, service, version);
    }),
  );
}

async function rollOut(
  cluster: ReturnType<typeof createClusterClient>,
  service: (typeof fleet)[number],
  version: number,
): Promise<void> {
  const settled = async () => (await cluster.rollout(service)).complete;
  await until(settled);
  await cluster.setImage(service, `sandbox.local/${service.name}:v${version}`);
  await until(settled);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the sample fleet did not come up');
}

interface Watching {
  metrics: MetricStore;
  /** When the metric store had scraped for the first time, in epoch milliseconds: of before it knows nothing. */
  listeningSince: number;
  serviceDiscoveryUrl: string;
  close(): Promise<void>;
}

async function startWatching(
  kubernetes: KubernetesSandbox,
  services: ReturnType<typeof createSampleServices>,
  ports: WorldPorts,
): Promise<Watching> {
  const exporter = await startKubeStateExporter({
    listPods: () => (kubernetes.list('pods') as Pod[]).map(podViewOf),
  });
  const targets = () => [...services.scrapeTargets(), exporter.target];
  const discovery = await startServiceDiscovery({ targets, port: ports.discovery });
  const metrics = await startMetricStore({
    targets,
    port: ports.metrics,
    scrapeIntervalMs: 2_000,
    lookbackMs: worldLookbackMs,
  });
  const traffic = startTraffic({ targets: services.targets, requestsPerSecond: 8 });
  await metrics.scrapeNow();
  return {
    metrics,
    listeningSince: Date.now(),
    serviceDiscoveryUrl: discovery.url,
    async close() {
      await traffic.close();
      await metrics.close();
      await discovery.close();
      await exporter.close();
    },
  };
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
