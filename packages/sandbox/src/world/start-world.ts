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
  type SampleServices,
  startKubeStateExporter,
  startServiceDiscovery,
} from '../services/index.ts';
import { createDataPlane, type DataPlane, startGateway, startTraffic } from '../traffic/index.ts';
import { createClusterClient } from './cluster-client.ts';
import { startControlApi } from './control-api.ts';
import { openShop } from './open-shop.ts';
import { createPipelines } from './pipeline.ts';
import { programsOf } from './programs.ts';
import { fleet } from './shop/index.ts';
import { namespace } from './shop/place.ts';
import type { WorldPorts } from './world-ports.ts';

export interface WorldOptions {
  /** The cluster's state is kept here between starts. */
  dataDir: string;
  /** Which scenarios of the shop are opened, by name; null or absent: all. */
  shows?: readonly string[] | null;
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
  /** What stands beside the cluster, by the scenario it belongs to. */
  shows: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface World {
  addresses: WorldAddresses;
  /** Writes the cluster's state to the data folder. */
  save(): Promise<void>;
  close(): Promise<void>;
}

const nodes = 2;
const hosts = fleet.map(({ name }) => name);
/** How old a sample is answered: a few scrapes, so that what follows a change is soon told from what was before it. */
export const worldLookbackMs = 10_000;

/**
 * Of what a world answers at its control address: raised whenever that, or what it shows, becomes another, so that a
 * Lastgood does not take over the world of a version that it does not understand.
 */
export const worldForm = 2;

/** A shop on a cluster under traffic, with metrics: everything Lastgood sees of the outside, in one process. */
export async function startWorld({ dataDir, shows = null, ports, onError }: WorldOptions): Promise<World> {
  const clock = createRealClock();
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'cluster.json');
  const snapshot = await readIfThere(file);
  const controlUrl = `http://127.0.0.1:${ports.control}`;
  const programs = programsOf(dataDir, controlUrl);
  const services = createSampleServices({ clock, startProgram: programs.start });
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
  const { list, onChange } = kubernetes;
  const dataPlane = createDataPlane({ namespace, list, onChange, pods: services.targets });
  programs.reach(dataPlane);
  const cluster = createClusterClient(kubernetes.url);
  const gateway = startGateway({ namespace, list, onChange, cluster, clock, onError });
  const remembered = () => [list('replicasets', namespace), list('controllerrevisions', namespace)];
  const history = () => JSON.stringify(remembered());
  const shop = await openShop({
    ...{ dataDir, shows, controlUrl, cluster, clock, history, onError },
    clusterUrl: kubernetes.url,
  });
  await shop.populate();
  const watching = await startWatching(kubernetes, services, dataPlane, ports);
  const pipelines = createPipelines(cluster, clock, onError);
  const kubeconfig = join(dataDir, 'kubeconfig.yaml');
  await writeFile(kubeconfig, kubernetes.kubeconfig());
  const addresses: WorldAddresses = {
    clusterUrl: kubernetes.url,
    kubeconfig,
    prometheusUrl: watching.metrics.url,
    controlUrl,
    serviceDiscoveryUrl: watching.serviceDiscoveryUrl,
    shows: shop.addresses(),
  };
  const { listeningSince } = watching;
  const describe = () => ({ ...addresses, pid: process.pid, form: worldForm });
  const control = await startControlApi(
    { shop, pipelines, dataPlane, listeningSince, describe },
    ports.control,
  );
  const save = () => replaceFile(file, kubernetes.snapshot());
  return {
    addresses,
    save,
    async close() {
      pipelines.close();
      gateway.close();
      await control.close();
      await shop.close();
      await watching.close();
      await save();
      await kubernetes.close();
      await services.close();
    },
  };
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
  services: SampleServices,
  dataPlane: DataPlane,
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
  const traffic = startTraffic({ targets: () => dataPlane.targets(hosts), requestsPerSecond: 8 });
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
